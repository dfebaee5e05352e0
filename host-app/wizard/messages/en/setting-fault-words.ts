import { formatsInWords } from '@bobbin/shared/format-words'
import type { FormFault } from '../../form/filled-form.ts'

const all = new Intl.ListFormat('en')
const any = new Intl.ListFormat('en', { type: 'disjunction' })
const count = (number: number) => number.toLocaleString('en')

/** As many choices as a sentence may name. */
const mostNamed = 8

/** What is wrong with a field, for the person at the form; `titleOf` has the titles of other settings. */
export function faultSentence(title: string, fault: FormFault, titleOf: (name: string) => string): string {
  switch (fault.rule) {
    case 'missing':
      return `${title} is missing.`
    case 'too_long':
      return `${title} may have ${count(fault.parameters.most)} characters at most.`
    case 'too_short':
      return `${title} needs ${count(fault.parameters.least)} characters at least.`
    case 'not_an_option': {
      const { options } = fault.parameters
      return options.length <= mostNamed
        ? `${title} has to be ${any.format(options)}.`
        : `${title} has to be one of the choices.`
    }
    case 'not_a_boolean':
      return `${title} has to be true or false.`
    case 'not_a_number':
      return `${title} has to be ${numberWords(fault.parameters.least, fault.parameters.most)}.`
    case 'not_in_format':
      return `${title} has to be ${any.format(formatsInWords(fault.parameters.formats))}.`
    case 'other_form': {
      const { example } = fault.parameters
      return example === null
        ? `${title} does not have the right form.`
        : `${title} has to look like ${example}.`
    }
    case 'unreadable':
      return `${title} cannot be read. It may be cut off or damaged.`
    case 'no_address':
      return `${title} does not make an address of the service. Enter it as it stands in the service’s own address.`
    case 'not_known':
      return `${title} is not a setting of this type.`
    case 'not_supported':
      return fault.parameters.reason
    case 'not_settable':
      return `${title} cannot be set here.`
    case 'fixed':
      return `${title} cannot be changed any more.`
    case 'set_by_app':
      return `${title} is set by the app that asks.`
    case 'no_client':
      return `${fault.parameters.method} cannot be used at present. Sign in another way.`
    case 'needed_again': {
      const { changed } = fault.parameters
      const have = changed.length === 1 ? 'has' : 'have'
      return `${title} has to be entered again: ${all.format(changed.map(titleOf))} ${have} changed, and it goes only where it was entered for.`
    }
    case 'bad_characters':
      return `${title} has characters that cannot be shown. Please type it anew.`
    case 'bad_name':
      return 'This name cannot be used. Please choose another.'
  }
}

function numberWords(least: number | null, most: number | null): string {
  if (least !== null && most !== null) return `a number from ${least} to ${most}`
  if (least !== null) return `a number of at least ${least}`
  return most === null ? 'a whole number' : `a number of at most ${most}`
}
