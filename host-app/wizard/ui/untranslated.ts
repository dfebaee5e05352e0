/**
 * For what a page translator must leave as it is: names, ids, lines of a log. Text and property are told in two ways:
 * the attribute says `no`, while the property of an element, which Preact sets where there is one, is a boolean.
 */
export const untranslated = {
  translate: (typeof document === 'undefined' ? 'no' : false) as boolean,
}
