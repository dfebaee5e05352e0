/** The catalog's tab: an element of Bobbin's, which gets its tokens from our back end. */
const tabs = [...document.querySelectorAll('[role=tab]')]
const panels = tabs.map((tab) => document.getElementById(tab.getAttribute('aria-controls')))

function select(index) {
  for (const [place, tab] of tabs.entries()) {
    tab.setAttribute('aria-selected', String(place === index))
    tab.tabIndex = place === index ? 0 : -1
    panels[place].hidden = place !== index
  }
  tabs[index].focus()
  if (panels[index].id === 'catalog') showCatalog(panels[index])
}

for (const [place, tab] of tabs.entries()) {
  tab.addEventListener('click', () => select(place))
  tab.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowLeft' || key === 'ArrowRight') select(tabs.length - 1 - place)
  })
}

/** Nothing is asked for before somebody looks. */
function showCatalog(panel) {
  if (panel.querySelector('bobbin-catalog')) return
  const catalog = document.createElement('bobbin-catalog')
  catalog.tokenCallback = async () => {
    const response = await fetch('/customer-token', { method: 'POST' })
    if (!response.ok) throw new Error(`Our back end answered with status ${response.status}.`)
    return (await response.json()).token
  }
  const wish = document.getElementById('wish')
  catalog.addEventListener('bobbin-request', ({ detail }) => {
    wish.textContent = `A real app would note that somebody wants “${detail.query}”.`
  })
  for (const type of ['bobbin-connected', 'bobbin-removed']) {
    catalog.addEventListener(type, () => document.getElementById('refresh').click())
  }
  panel.append(catalog)
}
