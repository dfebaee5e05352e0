import { minifyCss } from '../../scripts/rollup-assets.mjs'

/** A style sheet that stands in a module, in its one template. */
export function minifyStyles() {
  return {
    name: 'minify-styles',
    transform(code, id) {
      if (!id.endsWith('/catalog-element/styles.js')) return null
      return { code: code.replace(/`([^`]*)`/, (_, css) => `\`${minifyCss(css)}\``), map: null }
    },
  }
}
