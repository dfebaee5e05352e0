import type { ConnectorInfo } from '@bobbin/shared/connector-info'

/** The connector's logo, or a neutral mark with its initial. The name stands beside it, so it is decoration. */
export function Mark({ connector }: { connector: Pick<ConnectorInfo, 'name' | 'logo'> }) {
  return (
    <span class="mark" aria-hidden="true">
      {connector.logo ? (
        <img src={connector.logo} alt="" width={24} height={24} />
      ) : (
        connector.name.slice(0, 1)
      )}
    </span>
  )
}
