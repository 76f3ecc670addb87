import { ApplicationError, BatonError } from '@baton/sdk'
import { describe, expect, test } from 'vitest'
import { describeError, stackOf } from '../../packages/cli/src/errors/describe-error.ts'
import { redact } from '../../packages/cli/src/errors/redact.ts'
import { logWriter } from '../../packages/cli/src/output/log-writer.ts'
import { paintFor, plain, wantsColor } from '../../packages/cli/src/output/paint.ts'
import { plainJson } from '../../packages/cli/src/output/plain-json.ts'
import { oneLine, printable } from '../../packages/cli/src/output/printable.ts'
import { table } from '../../packages/cli/src/output/table.ts'
import { cutText, textWidth } from '../../packages/cli/src/output/text-width.ts'
import { duration, relative } from '../../packages/cli/src/output/times.ts'
import { Session } from '../../packages/cli/src/session.ts'

test.each([
  [0, '0ms'], [340, '340ms'], [999.7, '1.0s'], [1_000, '1.0s'], [59_940, '59.9s'], [59_960, '1m'], [125_000, '2m 5s'],
  [3_600_000, '1h'], [3_660_000, '1h 1m'], [100 * 3_600_000, '4d 4h'], [-5, '0ms'],
])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

test.each([[-500, 'now'], [800, 'now'], [-5_400, '5s ago'], [-61_000, '1m ago'], [7_200_000, 'in 2h'], [-9 * 86_400_000, '9d ago']])(
  'a moment %d ms away is %s',
  (ms, text) => expect(relative(new Date(1_000_000_000 + ms), new Date(1_000_000_000))).toBe(text),
)

describe('values of a history as plain JSON', () => {
  const cases: Record<string, readonly [value: unknown, plain: unknown]> = {
    'dates are ISO': [new Date(0), '1970-01-01T00:00:00.000Z'],
    'maps are lists of pairs': [new Map([[{ k: 1n }, new Set([1])]]), [[{ k: '1' }, [1]]]],
    'big integers are text': [2n ** 70n, '1180591620717411303424'],
    'what JSON has no number for is text': [[Number.NaN, Infinity, -0], ['NaN', 'Infinity', 0]],
    'nothing is null, and members without a value are left out': [[undefined, { a: undefined, b: 1 }], [null, { b: 1 }]],
    'bytes are base64': [new Uint8Array([1, 2, 3]), 'AQID'],
    'other typed arrays are lists': [new Float32Array([0.5]), [0.5]],
    'regular expressions and URLs are text': [[/a+/g, new URL('https://a.b/c')], ['/a+/g', 'https://a.b/c']],
  }
  test.each(Object.entries(cases))('%s', (_, [value, expected]) => expect(plainJson(value)).toEqual(expected))

  test('errors have name, code, message, details and cause, and a stack only if asked', () => {
    const error = new ApplicationError('NotApproved', { details: { at: new Date(0) }, cause: new Error('why') })
    expect(plainJson(error)).toEqual({
      name: 'ApplicationError',
      code: 'ApplicationError',
      message: 'NotApproved',
      details: { at: '1970-01-01T00:00:00.000Z' },
      cause: { name: 'Error', message: 'why' },
    })
    expect(plainJson(new Error('x'), { stacks: true })).toMatchObject({ stack: expect.stringContaining('output.test') })
  })
})

describe('a table', () => {
  const columns = [{ head: 'ID' }, { head: 'N', align: 'right' as const }, { head: 'TEXT', style: () => 'red' as const }]

  test('aligns, counting wide characters twice, and cuts the last column where the terminal ends', () => {
    expect(table(columns, [['ab', '1', 'short'], ['日本', '1000', 'a long text']], plain, 22)).toBe(
      ['ID       N  TEXT', 'ab       1  short', '日本  1000  a long te…', ''].join('\n'),
    )
  })

  test('is not bent by colours, nor by what cells contain', () => {
    const painted = table(columns, [['a\nb', '1', '\u001B[31mred']], paintFor(true))
    expect(painted).toContain('\u001B[31m\\x1b[31mred\u001B[39m')
    expect(painted.split('\n')).toHaveLength(3)
  })
})

test('widths and cuts go by what a terminal shows', () => {
  expect(textWidth('👩‍👩‍👧 é')).toBe(4)
  expect(cutText('日本語', 5)).toBe('日本…')
  expect(cutText('abc', 3)).toBe('abc')
})

test('what could steer a terminal is made visible', () => {
  expect(oneLine('a\n\u001B]0;x\u0007\u202Eb')).toBe('a\\n\\x1b]0;x\\x07\\u202eb')
  expect(printable('a\n\tb\r\u009B1m')).toBe('a\n\tb\\r\\x9b1m')
})

describe('passwords', () => {
  test.each([
    ['postgres://me:hunter2@host/db', 'postgres://me:***@host/db'],
    ['at postgres://me:hun:t/er@2@host/db?x=1 now', 'at postgres://me:***@host/db?x=1 now'],
    ['postgres://host/db?password=hunter2&user=me', 'postgres://host/db?password=***&user=me'],
    ['postgres://host:5432/db', 'postgres://host:5432/db'],
  ])('%s is shown as %s', (text, shown) => expect(redact(text)).toBe(shown))
})

describe('colours', () => {
  const terminal = { write: () => {}, isTTY: true }
  const pipe = { write: () => {} }
  test.each([
    ['a terminal', terminal, {}, true],
    ['a pipe', pipe, {}, false],
    ['a terminal under NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['a pipe under FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
    ['a terminal under FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ])('%s', (_, stream, env, expected) => expect(wantsColor(stream, env)).toBe(expected))
})

describe('errors', () => {
  test('raised on purpose speak for themselves, others ask for --debug', () => {
    expect(describeError(new BatonError('Bad', 'It is bad.'))).toEqual({ code: 'Bad', message: 'It is bad.' })
    expect(describeError(new TypeError('x is not a function'))).toMatchObject({ code: 'Unexpected', message: 'x is not a function', hint: expect.stringContaining('--debug') })
    expect(describeError('a text')).toMatchObject({ message: 'a text' })
  })

  test('without a message of their own say what is in them', () => {
    expect(describeError(new AggregateError([new Error('one'), new Error('two')])).message).toBe('one; two')
  })

  test('show every cause once, even in a circle', () => {
    const error = new Error('outer', { cause: new Error('inner') })
    ;(error.cause as Error).cause = error
    expect(stackOf(error).match(/^(caused by: )?Error: /gm)).toEqual(['Error: ', 'caused by: Error: '])
  })
})

describe('the log of a worker', () => {
  const write = (options: { readonly json?: boolean; readonly debug?: boolean }, ...entries: readonly Parameters<ReturnType<typeof logWriter>>[0][]): string => {
    let text = ''
    const stream = { write: (more: string) => { text += more } }
    const io = { stdin: (async function* () {})(), stdout: stream, stderr: stream, env: {}, cwd: '/', onSignal: () => () => {} }
    for (const entry of entries) logWriter(new Session(io, options))(entry)
    return text
  }

  test('is a line an entry', () => {
    const text = write({}, { level: 'debug', message: 'hidden' }, { level: 'warn', message: 'lost\nit', error: new Error('at postgres://a:b@c') })
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}lost\\nit: at postgres:\/\/a:\*\*\*@c\n$/)
  })

  test('is JSON lines with --json, and has all with --debug', () => {
    const [first = '', second = ''] = write({ json: true, debug: true }, { level: 'debug', message: 'seen' }, { level: 'error', message: 'm', error: new BatonError('Bad', 'b') }).split('\n')
    expect(JSON.parse(first)).toMatchObject({ level: 'debug', message: 'seen', time: expect.any(String) })
    expect(JSON.parse(second)).toMatchObject({ level: 'error', error: { code: 'Bad', message: 'b', stack: expect.any(String) } })
  })
})
