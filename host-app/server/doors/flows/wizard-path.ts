import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'

/** Where a route of the wizard's own API is served. */
export const wizardPath = (name: WizardRouteName) => `/connect/:id/${wizardRoutes[name].path}`
