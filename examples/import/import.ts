import { ApplicationError, forEachCounted, Items, publish, Run, Step, Workflow } from '@baton/sdk'
import { z } from 'zod'
import { type CsvCursor, type CsvPage, type CsvRow, readPage } from './csv-pages.ts'
import { Customer, type Customers } from './customers.ts'

export const ImportJob = z.object({
  path: z.string(),
  /** How much of the file is in memory at once; default 16 KiB. */
  pageBytes: z.int().positive().optional(),
  /** How many rows are saved at once; default 50. */
  concurrency: z.int().positive().optional(),
})
export type ImportJob = z.infer<typeof ImportJob>

export const Report = z.object({ imported: z.int(), refused: z.int() })
export type Report = z.infer<typeof Report>

/** What the stream `progress` has: an item for each page, and one at the end. */
export interface Progress {
  /** Rows that were read so far; all but the last `concurrency` of the pages before are done. */
  readonly read: number
  readonly report?: Report
}

/** Imports a file row by row. A row that is refused is counted, and the others go on. */
@Workflow({ name: 'import', input: ImportJob, output: Report })
export class ImportWorkflow {
  constructor(private readonly customers: Customers) {}

  @Step()
  async page(path: string, cursor: CsvCursor | undefined, bytes: number): Promise<CsvPage> {
    return readPage(path, cursor, bytes)
  }

  @Step({ retry: { maxAttempts: 5, delay: '200ms' } })
  async save({ line, fields }: CsvRow): Promise<void> {
    const parsed = Customer.safeParse(fields)
    if (!parsed.success) throw new ApplicationError(`Line ${line}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`, { type: 'BadRow' })
    await this.customers.save(parsed.data)
  }

  @Run()
  async run({ path, pageBytes = 16 * 1024, concurrency = 50 }: ImportJob): Promise<Report> {
    let read = 0
    const rows = Items.pages(async (cursor: CsvCursor | undefined) => {
      const page = await this.page(path, cursor, pageBytes)
      read += page.items.length
      publish('progress', { read })
      return page
    })
    const { succeeded, failed } = await forEachCounted(rows, { concurrency, onFailure: 'ignore' }, (row) => this.save(row))
    const report = { imported: succeeded, refused: failed }
    publish('progress', { read, report })
    return report
  }
}
