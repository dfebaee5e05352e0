import { Command } from 'commander'
import { ConfigError, readConfig } from '../server/config.ts'
import { withDevelopmentSecrets } from '../server/development-secrets.ts'
import { OperatorError } from '../server/ground/operator-error.ts'
import { fail, ok, type Finding } from './doctor/finding.ts'
import { checkPort } from './doctor/port-check.ts'
import { checkSettings } from './doctor/settings-checks.ts'
import { checkStore } from './doctor/store-checks.ts'
import { checkUrl } from './doctor/url-checks.ts'
import { jsonOption, print, textOf, type OutputOptions } from './output.ts'
import { AlreadyTold } from './run-command.ts'
import { shell } from './shell.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at settings, store, keys and the way through the proxy; say what to do')
    .option('--offline', 'leave out what needs the running server')
    .addOption(jsonOption())
    .action(examine)
}

/** Every check, whatever the others found. Exit code 1 when one of them fails. */
async function examine(options: OutputOptions & { offline?: boolean }): Promise<void> {
  const findings = await allFindings(options.offline === true)
  const isWell = !findings.some(({ status }) => status === 'fail')
  print(options, { ok: isWell, findings }, () =>
    findings.map(({ check, status, message }) => `${status.padEnd(4)}  ${check}: ${textOf(message)}`),
  )
  if (!isWell) throw new AlreadyTold()
}

async function allFindings(isOffline: boolean): Promise<Finding[]> {
  try {
    const { env } = await withDevelopmentSecrets(shell().env)
    const config = readConfig(env)
    return [
      ok('settings', `valid, for ${config.isProduction ? 'production' : 'development'}`),
      ...(await checkSettings(config)),
      ...(await checkStore(config)),
      await checkPort(config),
      ...(isOffline ? [] : await checkUrl(config)),
    ]
  } catch (error) {
    if (error instanceof OperatorError) return [fail('data folder', error.message)]
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => fail('settings', problem))
  }
}
