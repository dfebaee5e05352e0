import type { FlowConnector } from '@bobbin/shared/connector-info'
import { form as words } from '../messages/en/form.ts'

/** What the connector is for, and where its settings are explained. */
export function Lead({
  connector: { description, docs_url: docs },
}: {
  connector: Pick<FlowConnector, 'description' | 'docs_url'>
}) {
  if (!description) return null
  return (
    <p class="lead">
      {description}
      {docs && (
        <>
          {' '}
          <a href={docs} target="_blank" rel="noreferrer">
            {words.docs}
          </a>
        </>
      )}
    </p>
  )
}
