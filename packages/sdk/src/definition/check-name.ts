import { DefinitionError } from '../errors/definition-error.ts'

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/
/** What a command's identity and an idempotency key can be made of: `#` and `/` mean something there. */
const STEP_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$.-]{0,99}$/u

/** @throws DefinitionError `InvalidName`. */
export function checkName(what: string, name: string): void {
  if (!NAME.test(name)) {
    throw new DefinitionError(
      'InvalidName',
      `'${name}' is no name for a ${what}: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100.`,
    )
  }
}

/** @throws DefinitionError `InvalidName`. */
export function checkStepName(workflow: string, name: string): void {
  if (STEP_NAME.test(name) && name !== 'constructor') return
  throw new DefinitionError(
    'InvalidName',
    `'${name}' of workflow '${workflow}' is no name for a step: give an identifier of at most 100 characters, other than 'constructor'.`,
  )
}
