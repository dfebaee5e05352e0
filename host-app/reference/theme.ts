/** The colours of the wizard (`wizard/styles/theme.css`), written out: redoc computes with them. */
interface Palette {
  readonly brand: string
  readonly page: string
  readonly surface: string
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly tint: string
  readonly danger: string
  readonly good: string
  readonly warning: string
  /** The panel of examples, which is dark by day as well. */
  readonly panel: string
  readonly code: string
}

const light: Palette = {
  brand: '#3a4bd8',
  page: '#ffffff',
  surface: '#f6f6f9',
  text: '#1b1c22',
  muted: '#5a5d6b',
  line: '#e2e3ea',
  tint: '#eef0fd',
  danger: '#b3202a',
  good: '#157347',
  warning: '#8a5300',
  panel: '#1a1c23',
  code: '#121318',
}

const dark: Palette = {
  brand: '#9aa6ff',
  page: '#121318',
  surface: '#1a1c23',
  text: '#ecedf3',
  muted: '#a7abba',
  line: '#30333f',
  tint: '#262a45',
  danger: '#ff9c9c',
  good: '#6fd3a0',
  warning: '#f0bd6a',
  panel: '#1a1c23',
  code: '#0b0c10',
}

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
const codeFont = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Liberation Mono', monospace"

/** Redoc's theme: the wizard's look, by day or by night. */
export function redocTheme(isDark: boolean): object {
  const { brand, page, surface, text, muted, line, tint, danger, good, warning, panel, code } = isDark
    ? dark
    : light
  const response = (color: string, tabTextColor: string) => ({
    color,
    tabTextColor,
    backgroundColor: surface,
  })
  return {
    breakpoints: { medium: '65rem' },
    colors: {
      primary: { main: brand, light: brand, dark: brand },
      success: { main: good },
      warning: { main: warning, dark: warning },
      error: { main: danger },
      gray: { 50: surface, 100: surface },
      text: { primary: text, secondary: muted },
      border: { dark: line, light: page },
      responses: {
        success: response(good, dark.good),
        error: response(danger, dark.danger),
        redirect: response(warning, dark.warning),
        info: response(brand, dark.brand),
      },
      // Under white letters, by night too.
      http: { get: '#157347', post: '#3a4bd8', put: '#8a5300', patch: '#8a5300', delete: '#b3202a' },
    },
    schema: { linesColor: line, nestedBackground: surface, typeNameColor: muted, requireLabelColor: danger },
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
      backgroundColor: surface,
      textColor: text,
      activeTextColor: brand,
      groupItems: { activeBackgroundColor: tint, textTransform: 'none' },
      level1Items: { activeBackgroundColor: tint },
    },
    rightPanel: {
      backgroundColor: panel,
      textColor: dark.text,
      servers: { overlay: { backgroundColor: surface, textColor: text }, url: { backgroundColor: page } },
    },
    codeBlock: { backgroundColor: code },
    // The one colour of a heading that is not computed from these.
    extensionsHook: (part: string) => (part === 'UnderlinedHeader' ? `color: ${muted};` : ''),
    fab: { backgroundColor: brand, color: page },
  }
}
