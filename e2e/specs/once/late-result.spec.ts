import { expect, test } from '../../fixtures.ts'
import { hosts } from '../../hosts.ts'
import { answerProvider } from '../../provider-pages.ts'
import { expectAllSet } from '../../wizard-window.ts'
import { chooseStreams, createCrmSource, goToProvider } from '../popup/crm-trip.ts'
import { expectError } from '../popup/promises.ts'
import { flowEvents } from './flow-events.ts'

/** The person takes longer at the provider than the page is willing to wait. */
test.use({ timings: { away: 2_500 } })

for (const { name, headers } of [
  { name: 'a window that the page can reach', headers: {} },
  { name: 'a window that was cut off', headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } },
]) {
  test(
    `a result that comes after the error is not lost: ${name}`,
    {
      tag: '@popup-44',
    },
    async ({ cleanStack, account, customer }) => {
      cleanStack.proxy.rule({ host: hosts.provider }, { headers })
      const id = await createCrmSource(account)
      const { wizard, call } = await customer.open('authorizeSource', { id })
      await goToProvider(wizard)
      const error = await expectError(call, {
        name: 'AppClosedPrematurelyError',
        reason: 'abandoned',
        certainty: 'assumed',
        sourceId: id,
        step: 'oauth',
        canResume: true,
      })
      expect(await flowEvents(account)).toEqual([])

      await answerProvider(wizard)
      await chooseStreams(wizard)
      await expectAllSet(wizard)
      expect(await flowEvents(account)).toEqual([
        {
          type: 'flow.completed',
          data: expect.objectContaining({
            flow_id: error.flowId,
            source_id: id,
            function: 'authorizeSource',
            selected_streams: ['deals'],
          }),
        },
      ])
      expect(call.settlements()).toBe(1)

      const again = await customer.open('resume the error')
      expect(await again.call.result()).toMatchObject({ id, selected_streams: ['deals'] })
      await expectAllSet(again.wizard)
      expect(call.settlements()).toBe(1)
      expect(await flowEvents(account)).toHaveLength(1)
    },
  )
}
