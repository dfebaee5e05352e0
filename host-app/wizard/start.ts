/*
 * The one script that the page names. It asks for the others, and for logos, once the form has been painted: before that,
 * they would take the processor from what a person waits for. What its tag carries: `script`, and for later `modules` and `style`.
 *
 * A script of its own, without imports: it runs as a classic one, in browsers of any age that can be helped with words.
 */
const tag = document.currentScript as HTMLScriptElement
/** Milliseconds. Nobody can say that a page was painted which is covered, or drawn by an older browser. */
const patience = 3_000
/** No `focusin`: the browser itself gives the first field the focus, and before the first paint. */
const inputs = ['keydown', 'pointerdown']
let isStarted = false

function start(): void {
  if (isStarted) return
  isStarted = true
  for (const type of inputs) removeEventListener(type, start, true)
  for (const image of document.querySelectorAll<HTMLImageElement>('img[data-src]'))
    image.src = image.dataset['src']!
  const script = add('script')
  script.type = 'module'
  script.src = tag.dataset['script']!
  // Asked for beside the first, so that nothing waits for two round trips.
  const addLater = () => {
    for (const path of tag.dataset['modules']!.split(' ')) link('modulepreload', path)
    if (tag.dataset['style']) link('stylesheet', tag.dataset['style'])
  }
  if ('requestIdleCallback' in window) requestIdleCallback(addLater, { timeout: patience })
  else setTimeout(addLater)
}

function link(rel: string, href: string): void {
  const element = add('link')
  // Without an address it would be complained of.
  element.href = href
  element.rel = rel
}

function add<Name extends 'script' | 'link'>(name: Name): HTMLElementTagNameMap[Name] {
  return document.head.appendChild(document.createElement(name))
}

/** What the other scripts cannot do without, and browsers before the supported ones lack. */
function isFit(): boolean {
  return 'timeout' in AbortSignal && 'hasOwn' in Object && 'HTMLDialogElement' in window
}

function startWhenPainted(): void {
  for (const type of inputs) addEventListener(type, start, true)
  setTimeout(start, document.hidden ? 0 : patience)
  try {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntriesByName('first-contentful-paint').length > 0) start()
    })
    observer.observe({ type: 'paint', buffered: true })
  } catch {
    start()
  }
}

function say(): void {
  document.getElementById('too-old')!.hidden = false
}

if (isFit()) startWhenPainted()
else if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', say)
else say()
