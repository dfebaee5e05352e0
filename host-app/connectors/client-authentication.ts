/** How a vendor wants to be told who asks; what each means, `OAuthProvider.clientAuthentication` says. */
export type ClientAuthentication =
  'basic' | 'post' | 'none' | 'private_key_jwt' | { readonly headers: Readonly<Record<string, string>> }
