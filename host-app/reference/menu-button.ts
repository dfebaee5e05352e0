/** Redoc's button for the menu of a narrow page is a `div`: this makes it one for keyboard and screen reader. */
export function makeMenuButton(): void {
  const button = document.querySelector<HTMLElement>('.menu-content + div')
  if (!button) return
  button.role = 'button'
  button.tabIndex = 0
  button.ariaLabel = 'Menu'
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    button.click()
  })
}
