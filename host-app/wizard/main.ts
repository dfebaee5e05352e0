import { readBoot } from './boot.ts'
import { startWizard } from './wizard.ts'

/*
 * The rules first: from here on the page knows that the window lives, and a claim is noticed. The screens
 * follow beside it; what the server rendered can be read and typed in meanwhile.
 */
const boot = readBoot(document)
const wizard = startWizard(boot)
const root = document.getElementById('app')

if (root) void import('./paint.tsx').then(({ paint }) => paint(boot, wizard, root))
