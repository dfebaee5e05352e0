import type { Role } from '../screen.ts'

/** Where things of a role are in our own pages, which are plain HTML. */
const elements: Readonly<Record<Role, string>> = {
  button: 'self::button[not(@disabled)]',
  link: 'self::a[@href]',
  heading: 'self::h1',
  checkbox: 'self::input[@type="checkbox"]',
}
const controls = 'self::input or self::textarea or self::select'

/** The XPath to what has this role and name. Part of the name will do, unless it is to be exact. */
export function xpathOfRole(role: Role, name: string, exact = false): string {
  if (role === 'checkbox') return shown(`${elements.checkbox} and ${isLabelled(name, exact)}`)
  return shown(`${elements[role]}[${hasText('.', name, exact)}]`)
}

/** The XPath to the control with this label. */
export function xpathOfLabel(label: string, exact = false): string {
  return shown(`(${controls}) and ${isLabelled(label, exact)}`)
}

function isLabelled(label: string, exact: boolean): string {
  const labels = `label[${hasText('.', label, exact)}]`
  return `(@id = //${labels}/@for or ancestor::${labels})`
}

function hasText(node: string, text: string, exact: boolean): string {
  if (text.includes('"')) throw new Error(`XPath has no way to write ${text}.`)
  const own = `normalize-space(${node})`
  return exact ? `${own} = "${text}"` : `contains(${own}, "${text}")`
}

function shown(condition: string): string {
  return `//*[${condition}][not(ancestor-or-self::*[@hidden])]`
}
