import { useEffect, useRef } from 'preact/hooks'
import { check as words } from '../messages/en/check.ts'
import { Sentence } from './sentence.tsx'
import { untranslated } from './untranslated.ts'

/** The log of a check, folded away; follows its end while the reader is there. */
export function LogPanel({ lines, isRunning }: { lines: readonly string[]; isRunning: boolean }) {
  const panel = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    if (isAtEnd.current && panel.current) panel.current.scrollTop = panel.current.scrollHeight
  }, [lines])
  return (
    <details class="log">
      <summary>{words.log}</summary>
      <div
        ref={panel}
        tabIndex={0}
        role="region"
        aria-label={words.log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 8
        }}
      >
        {lines.length === 0
          ? isRunning
            ? words.emptyLog
            : words.noLog
          : lines.map((line, index) => (
              <p key={index} {...untranslated}>
                <Sentence>{line}</Sentence>
              </p>
            ))}
      </div>
    </details>
  )
}
