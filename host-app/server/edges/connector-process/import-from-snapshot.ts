import { compileFunction, constants } from 'node:vm'

/** `import()`, which code that a snapshot holds cannot do by itself: a function made afterwards can. */
export function importFromSnapshot(url: string): Promise<unknown> {
  const load = compileFunction('return import(url)', ['url'], {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (url: string) => Promise<unknown>
  return load(url)
}
