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

/**
 * What the log and its keys take as a name or an id that authors make at run time.
 *
 * @throws DefinitionError `InvalidName`.
 */
export function checkText(what: string, text: unknown): void {
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (typeof text === 'string' && text.length >= 1 && text.length <= 200 && text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text)) return
  const shown = typeof text === 'string' ? `'${text.slice(0, 60)}'` : `${String(text)}, a ${typeof text},`
  throw new DefinitionError('InvalidName', `${shown} is no ${what}: give 1 to 200 characters of well-formed text, none of them a control character.`)
}
