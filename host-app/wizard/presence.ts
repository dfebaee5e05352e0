import type { WizardEvent } from '@bobbin/shared/wizard-api'
import { randomId } from '@bobbin/shared/random-id'
import { routeUrl } from './api-client.ts'

/**
 * The stream that proves this document alive, and brings its news. The browser opens it again by itself
 * when it is cut. A document that comes back from the browser's cache is a new document to the server.
 */
export interface Presence {
  /** 128 random bits, base64url: names this document. */
  docId(): string
  /** There is nothing more to hear: the flow goes on elsewhere, or is gone. */
  stop(): void
}

interface Hearing {
  hear(event: WizardEvent): void
  online(isOnline: boolean): void
  /** The server does not want the stream; its state says why. */
  refused(): void
  /** Nothing comes through, though nothing refused: what holds the stream back may let a question pass. */
  unheard(): void
  /** The document came back from the browser's cache, under a new id. */
  renewed(): void
}

/** Between the server's refusal of the stream and the next try; between two questions while it is mute. Milliseconds. */
const pause = 3_000
/** Between two reports that somebody types or ticks, in milliseconds: a flow that nobody touches expires in an hour. */
const activePause = 60_000

export function openPresence(flowId: string, { hear, online, refused, unheard, renewed }: Hearing): Presence {
  let docId = randomId()
  let isStopped = false
  let isHeard = false
  let activeAt = 0
  let stream = open()
  const asking = setInterval(() => {
    if (!isHeard) unheard()
  }, pause)

  function open(): EventSource {
    const suspends = stopsUnseenPages() ? '&suspends=1' : ''
    const opened = new EventSource(`${routeUrl(flowId, 'openPresence')}?doc=${docId}${suspends}`)
    isHeard = false
    opened.onopen = () => online(true)
    opened.onmessage = ({ data }) => {
      isHeard = true
      const event: WizardEvent = JSON.parse(data)
      hear(event)
    }
    opened.onerror = () => {
      if (opened !== stream || isStopped) return
      online(false)
      if (opened.readyState !== EventSource.CLOSED) return
      refused()
      setTimeout(() => {
        if (opened === stream && !isStopped) stream = open()
      }, pause)
    }
    return opened
  }

  function report(state: 'hidden' | 'visible' | 'leaving' | 'active'): void {
    const url = routeUrl(flowId, 'reportPresence')
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ doc: docId, state })
    navigator.sendBeacon(url, new Blob([body], { type: headers['Content-Type'] }))
    // Firefox loses two in five beacons of a window that closes, and not always the same two as these.
    if (state === 'leaving') {
      fetch(url, { method: 'POST', headers, body, keepalive: true }).catch(() => undefined)
    }
  }

  document.addEventListener('visibilitychange', () => report(document.visibilityState))
  addEventListener('input', () => {
    if (isStopped || Date.now() - activeAt < activePause) return
    activeAt = Date.now()
    report('active')
  })
  addEventListener('pagehide', () => report('leaving'))
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || isStopped) return
    stream.close()
    docId = randomId()
    stream = open()
    renewed()
  })

  return {
    docId: () => docId,
    stop() {
      isStopped = true
      clearInterval(asking)
      stream.close()
    },
  }
}

/** Phones and tablets stop a page once another app is in front; a lost stream is then no sign of a close. */
function stopsUnseenPages(): boolean {
  return /Mobi|Android/.test(navigator.userAgent) || matchMedia('(pointer: coarse)').matches
}
