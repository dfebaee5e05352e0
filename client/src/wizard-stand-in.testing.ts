import { connect } from 'penpal'
import { vi } from 'vitest'
import { exactMessenger } from '@bobbin/shared/exact-messenger'
import { flowEvent } from '@bobbin/shared/flow'
import {
  channelName,
  parseWindowMessage,
  type FlowEvent,
  type FlowEventData,
  type PageMethods,
  type WizardMethods,
} from '@bobbin/shared/window-protocol'
import type { PageStandIn, PopupStandIn } from './page-stand-in.testing.ts'

/** A document of the wizard in a window, as far as it speaks with the page. */
export interface WizardStandIn {
  /** Tells the page this over the link, now or once they have met. */
  tell<Type extends keyof FlowEventData>(seq: number, type: Type, data: FlowEventData[Type]): void
  /** Whether the page has it all. */
  met(): Promise<unknown>
  /** It goes, and says no word of it. */
  die(): void
}

type Claim = WizardMethods['claim']

const pageOrigin = 'https://app.example.com'

export function standInForWizard(
  page: PageStandIn,
  popup: PopupStandIn | undefined,
  docId: string,
  claim?: Claim,
): WizardStandIn {
  if (!popup) throw new Error('No window is open.')
  const origin = popup.url.origin
  const flowId = popup.url.pathname.split('/')[2] ?? ''
  const own = new EventTarget()
  const opener = {
    postMessage: (data: unknown, _origin: string, ports: MessagePort[] = []) =>
      setTimeout(() => page.hear(popup, { data, origin, ports })),
  } as unknown as Window
  const met = Promise.withResolvers<{ event(event: FlowEvent): Promise<unknown> }>()
  let pageId = ''

  popup.onMessage = (data, ports) => {
    own.dispatchEvent(
      Object.assign(new Event('message'), { data, ports, source: opener, origin: pageOrigin }),
    )
    const hello = parseWindowMessage(data, flowId)
    if (hello?.kind !== 'hello') return
    if (hello.pageId !== pageId) meet((pageId = hello.pageId))
    opener.postMessage({ bobbin: 1, flowId, kind: 'ready', docId, pageId }, pageOrigin)
  }

  function meet(other: string): void {
    const ofPage = globalThis.addEventListener
    vi.stubGlobal('addEventListener', own.addEventListener.bind(own))
    const messenger = exactMessenger(opener, pageOrigin)
    const { promise } = connect<PageMethods>({
      messenger,
      channel: channelName(docId, other),
      methods: claim ? { claim } : {},
    })
    vi.stubGlobal('addEventListener', ofPage)
    void promise.then((remote) => met.resolve({ event: (event) => remote.event(event) }))
  }

  return {
    tell(seq, type, data) {
      const event = flowEvent.parse({ seq, at: Date.now(), type, data })
      void met.promise.then((remote) => remote.event(event))
    },
    met: () => met.promise,
    die: () => void delete popup.onMessage,
  }
}
