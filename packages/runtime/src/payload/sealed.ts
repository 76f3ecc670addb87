// What a payload column holds once codecs have been at it: JSON text too, so that the columns stay `json`, and with the
// codecs' names and labels in the clear, so that SQL can say which key a row needs.
import { z } from 'zod'
import { type Encoded, SEAL } from './codec.ts'
import { PayloadUnreadable } from './payload-errors.ts'

/** Bytes on their way through the codecs. */
export interface Sealed {
  readonly data: Uint8Array
  /** The codecs they went through, each as `id:label`; the last one is the outermost. */
  readonly stages: readonly string[]
}

const BEGINNING = `{"${SEAL}":`

const Envelope = z.object({ [SEAL]: z.array(z.string()).min(1), data: z.string() })

export function isSealed(text: Encoded): text is string {
  return text !== null && text.startsWith(BEGINNING)
}

export function toText({ stages, data }: Sealed): string {
  return `${BEGINNING}${JSON.stringify(stages)},"data":"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"}`
}

/** @throws PayloadUnreadable. */
export function fromText(text: string): Sealed {
  const { [SEAL]: stages, data } = parse(text)
  return { stages, data: Buffer.from(data, 'base64') }
}

function parse(text: string): z.infer<typeof Envelope> {
  try {
    return Envelope.parse(JSON.parse(text))
  } catch (cause) {
    throw new PayloadUnreadable('sealed', 'what the column holds is damaged', { cause })
  }
}

/** The codec's id and the label of a stage. */
export function readStage(stage: string): readonly [id: string, label: string] {
  const colon = stage.indexOf(':')
  return colon < 0 ? [stage, ''] : [stage.slice(0, colon), stage.slice(colon + 1)]
}

export function writeStage(id: string, label = ''): string {
  return label === '' ? id : `${id}:${label}`
}
