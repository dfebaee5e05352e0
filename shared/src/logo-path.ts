/** Where a host serves the logo of a connector: its own, or a neutral mark. */
export const logoPath = (slug: string) => `/connectors/${slug}/logo.svg`
