import { readBoot } from './boot.ts'
import { startWizard } from './wizard.ts'
import { whenIdle } from './when-idle.ts'

/*
 * The rules first: from here on the page knows that the window lives, and a claim is noticed. The screens
 * follow when all is idle; what the server rendered can be read and typed in meanwhile.
 */
const boot = readBoot(document)
const wizard = startWizard(boot)
const root = document.getElementById('app')

if (root) whenIdle(() => void import('./paint.tsx').then(({ paint }) => paint(boot, wizard, root)))
