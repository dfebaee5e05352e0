/** One of the page's own properties, such as `--brand` (`wizard/styles/theme.css`); empty when no style sheet came. */
export function readProperty(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** The panel of examples is dark by day as well. */
const panel = {
  background: '#1a1c23',
  text: '#ecedf3',
  brand: '#9aa6ff',
  danger: '#ff9c9c',
  good: '#6fd3a0',
  warning: '#f0bd6a',
}

const codeFont = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Liberation Mono', monospace"

/** Redoc's theme: the wizard's look as the page has it now, by day or by night. Redoc computes with its colours. */
export function redocTheme(): object {
  const brand = readProperty('--brand')
  const paper = readProperty('--paper')
  const aside = readProperty('--aside')
  const text = readProperty('--text')
  const muted = readProperty('--muted')
  const line = readProperty('--line')
  const tint = readProperty('--tint')
  const danger = readProperty('--danger')
  const good = readProperty('--good')
  const warning = readProperty('--warning')
  const font = readProperty('--font')
  const response = (color: string, tabTextColor: string) => ({
    color,
    tabTextColor,
    backgroundColor: aside,
  })
  return {
    breakpoints: { medium: '65rem' },
    colors: {
      primary: { main: brand, light: brand, dark: brand },
      success: { main: good },
      warning: { main: warning, dark: warning },
      error: { main: danger },
      gray: { 50: aside, 100: aside },
      text: { primary: text, secondary: muted },
      border: { dark: line, light: paper },
      responses: {
        success: response(good, panel.good),
        error: response(danger, panel.danger),
        redirect: response(warning, panel.warning),
        info: response(brand, panel.brand),
      },
      // Under white letters, by night too.
      http: { get: '#157347', post: '#3a4bd8', put: '#8a5300', patch: '#8a5300', delete: '#b3202a' },
    },
    schema: { linesColor: line, nestedBackground: aside, typeNameColor: muted, requireLabelColor: danger },
    typography: {
      fontSize: '15px',
      lineHeight: '1.6',
      fontFamily: font,
      headings: { fontFamily: font, fontWeight: '600', lineHeight: '1.3' },
      code: { fontFamily: codeFont, color: text, backgroundColor: tint, wrap: true },
      links: { color: brand, visited: brand, hover: brand },
    },
    sidebar: {
      width: '280px',
      backgroundColor: aside,
      textColor: text,
      activeTextColor: brand,
      groupItems: { activeBackgroundColor: tint, textTransform: 'none' },
      level1Items: { activeBackgroundColor: tint },
    },
    rightPanel: {
      backgroundColor: panel.background,
      textColor: panel.text,
      servers: { overlay: { backgroundColor: aside, textColor: text }, url: { backgroundColor: paper } },
    },
    codeBlock: { backgroundColor: readProperty('--code') },
    // The one colour of a heading that is not computed from these.
    extensionsHook: (part: string) => (part === 'UnderlinedHeader' ? `color: ${muted};` : ''),
    fab: { backgroundColor: brand, color: paper },
  }
}
