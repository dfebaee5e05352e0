import { make } from './make.ts'
import type { Words } from './words.ts'

/** Asks whether the connection of this name shall go; calls `remove` if so. */
export type AskRemoval = (name: string, remove: () => void) => void

/** Names what will be lost, and begins at the answer that loses nothing. */
export function removalDialog(words: () => Words): { element: HTMLDialogElement; ask: AskRemoval } {
  const element = make('dialog', {
    part: 'dialog question',
    role: 'alertdialog',
    'aria-labelledby': 'removal-title',
    'aria-describedby': 'removal-name removal-hint',
  })
  return {
    element,
    ask(name, remove) {
      const { removeQuestion, removeHint, keep, remove: word } = words()
      const answer = (act: () => void) => () => {
        element.close()
        act()
      }
      element.replaceChildren(
        make(
          'div',
          { part: 'panel' },
          make('h2', { part: 'title', id: 'removal-title' }, make('bdi', {}, removeQuestion)),
          make('p', { id: 'removal-name' }, make('strong', {}, make('bdi', {}, name))),
          make('p', { id: 'removal-hint' }, make('bdi', {}, removeHint)),
          make(
            'div',
            { part: 'actions' },
            make(
              'button',
              { part: 'button', type: 'button', autofocus: true, onclick: answer(() => {}) },
              keep,
            ),
            make('button', { part: 'button danger', type: 'button', onclick: answer(remove) }, word),
          ),
        ),
      )
      element.showModal()
    },
  }
}
