import type { Connector } from '../../host-app/connectors/connector.ts'
import { connector as oauthOnly } from './oauth-only.ts'

/** Its provider is asked to answer by POST: from its own page, across sites, without our cookie. */
export const connector: Connector = {
  info: { ...oauthOnly.info, type: 'platform.form-post', slug: 'form-post', name: 'Answer by POST' },
  ...(oauthOnly.oauth && {
    oauth: {
      ...oauthOnly.oauth,
      authorizationParameters: { ...oauthOnly.oauth.authorizationParameters, response_mode: 'form_post' },
    },
  }),
}
