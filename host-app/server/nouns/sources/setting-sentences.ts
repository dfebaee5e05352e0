import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { formatsInWords } from '@bobbin/shared/format-words'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { optionsOf } from '@bobbin/shared/value-faults'
import type { TapFault } from './tap-changes.ts'

/**
 * What a caller of the API, or who stands at a terminal, reads of a fault: a sentence beside the setting's name. Made
 * where it goes out; the wizard has words of its own.
 */
export function settingSentence(info: ConnectorInfo, name: string, fault: SettingFault | TapFault): string {
  const property = info.properties.find((candidate) => candidate.name === name)
  const title = property ? inSentence(property.title, info.name) : name
  switch (fault.rule) {
    case 'missing':
      return `${property && optionsOf(property).length > 0 ? 'Choose' : 'Enter'} the ${title}.`
    case 'too_long':
      return `Must have at most ${fault.parameters.most.toLocaleString('en')} characters.`
    case 'too_short':
      return `Must have at least ${fault.parameters.least.toLocaleString('en')} characters.`
    case 'not_an_option':
      return optionSentence(property, fault.parameters.options)
    case 'not_a_boolean':
      return 'Must be true or false.'
    case 'not_a_number':
      return numberSentence(fault.parameters.least, fault.parameters.most)
    case 'not_in_format':
      return `Must be ${formatsInWords(fault.parameters.formats).join(' or ')}.`
    case 'other_form': {
      const { example } = fault.parameters
      return example ? `Must look like ${example}.` : 'Does not have the expected form.'
    }
    case 'unreadable':
      return 'This cannot be read. It may be cut off or damaged.'
    case 'no_address':
      return `Does not make an address of ${info.name}.`
    case 'not_known':
      return 'This setting is not known.'
    case 'not_supported':
      return fault.parameters.reason
    case 'not_settable':
      return 'This setting cannot be set.'
    case 'fixed':
      return 'This cannot be changed once it is set.'
    case 'set_by_app':
      return 'The app that asks has set this.'
    case 'no_client':
      return `${fault.parameters.method} cannot be used: there is no OAuth client for it.`
    case 'needed_again':
      return neededAgainSentence(title, titlesOf(info.properties, fault.parameters.changed))
    case 'not_a_text':
      return 'Settings are texts.'
    case 'not_a_token':
      return 'A token is a text.'
    case 'not_a_time':
      return 'This is not a time.'
    case 'not_for_taps':
      return 'A tap cannot change this setting.'
    case 'other_authorization':
      return 'The authorization was for other settings.'
  }
}

/** By the values, which a program has to send; the titles are for people. */
function optionSentence(property: PropertyInfo | undefined, titles: readonly string[]): string {
  const values = property ? optionsOf(property).map(({ value }) => value) : titles
  return values.length <= 8 ? `Choose one of: ${values.join(', ')}.` : 'Choose one of the options.'
}

function neededAgainSentence(title: string, changed: readonly string[]): string {
  const have = changed.length === 1 ? 'has' : 'have'
  const titles = new Intl.ListFormat('en').format(changed)
  return `Enter the ${title} again: ${titles} ${have} changed, and it goes only where it was entered for.`
}

function titlesOf(properties: readonly PropertyInfo[], names: readonly string[]): string[] {
  return names.map((name) => properties.find((property) => property.name === name)?.title ?? name)
}

function numberSentence(least: number | null, most: number | null): string {
  if (least !== null && most !== null) return `Must be a number between ${least} and ${most}.`
  if (least !== null) return `Must be a number of at least ${least}.`
  if (most !== null) return `Must be a number of at most ${most}.`
  return 'Must be a whole number.'
}

/** "Host" → "host"; "API key" and the connector's own name stay as they are. */
function inSentence(title: string, connectorName: string): string {
  const first = title.split(/\s/, 1)[0] ?? ''
  const isOrdinary = /^\p{Lu}[\p{Ll}-]+$/u.test(first) && !connectorName.split(/\s/).includes(first)
  return isOrdinary ? title.charAt(0).toLowerCase() + title.slice(1) : title
}
