import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Letter {
  readonly to: string
  readonly subject: string
  /** May hold a token: whoever reads it can decide. So letters go to their receiver, and into no log. */
  readonly text: string
}

/** Letters with the same key are one. */
export interface Mail {
  send(letter: Letter, key: string): Promise<void>
}

/** Keeps letters in memory. */
export class MemoryMail implements Mail {
  readonly #letters = new Map<string, Letter>()

  async send(letter: Letter, key: string): Promise<void> {
    this.#letters.set(key, letter)
  }

  /** The letters to somebody, oldest first. */
  to(receiver: string): readonly Letter[] {
    return [...this.#letters.values()].filter(({ to }) => to === receiver)
  }
}

/** A folder of letters, each a file that its owner alone can read. */
export class FolderMail implements Mail {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async send({ to, subject, text }: Letter, key: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const name = createHash('sha256').update(key).digest('hex').slice(0, 12)
    await writeFile(join(this.#folder, `${name}.txt`), `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 })
  }
}
