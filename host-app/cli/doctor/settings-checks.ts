import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createRegistry } from '../../connectors/registry.ts'
import type { Config } from '../../server/config.ts'
import { withTaps } from '../../server/tap-files.ts'
import { builtFolder, programIn } from '../../server/edges/connector-process/snapshot.ts'
import { checkClients } from './client-checks.ts'
import { checkTaps } from './tap-checks.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** What the settings say by themselves. */
export async function checkSettings(config: Config): Promise<Finding[]> {
  return [
    config.partner
      ? ok('partner', `${config.partner.id} may create accounts`)
      : warn('partner', 'nobody may create accounts: set BOBBIN_PARTNER_ID and BOBBIN_PARTNER_SECRET'),
    config.allowPrivateNetworks && config.isProduction
      ? warn(
          'private networks',
          'connectors may reach them: unset BOBBIN_ALLOW_PRIVATE_NETWORKS unless your users’ data is in your network',
        )
      : ok(
          'private networks',
          config.allowPrivateNetworks ? 'allowed, in development' : 'out of reach of connectors',
        ),
    checkMetrics(config),
    checkWizard(),
    checkConnectorProcess(),
    ...(await checkConnectors(config)),
  ]
}

function checkMetrics({ metricsToken, isProduction }: Config): Finding {
  if (metricsToken !== null) return ok('metrics', 'open to BOBBIN_METRICS_TOKEN')
  return ok('metrics', isProduction ? 'off; BOBBIN_METRICS_TOKEN turns them on' : 'open to this machine')
}

function checkWizard(): Finding {
  const file = fileURLToPath(new URL('../../dist/wizard/render.js', import.meta.url))
  return existsSync(file) ? ok('wizard', 'built') : fail('wizard', 'not built: run npm run build')
}

function checkConnectorProcess(): Finding {
  return existsSync(programIn(builtFolder))
    ? ok('connector process', 'built')
    : fail('connector process', 'not built: run npm run build')
}

async function checkConnectors(config: Config): Promise<Finding[]> {
  const registry = await withTaps(config)
    .then(createRegistry)
    .catch((error: unknown) => error as Error)
  if (registry instanceof Error) return [fail('connectors', registry.message)]
  return [
    ok('connectors', `${registry.list().length} offered`),
    ...(await checkTaps(registry)),
    ...(await checkClients(config, registry)),
  ]
}
