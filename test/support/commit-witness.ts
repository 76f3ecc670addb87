// What a database has made durable, and when: by its write-ahead log, not by Baton's word.
//
// Owns: a trigger on every table of Baton and pg-boss, and connections that only read. Places in the write-ahead log are bytes from its begin.
import pg from 'pg'

/** A row that was written, and the commit that it was part of. */
export interface Write {
  readonly table: string
  readonly op: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly row: Readonly<Record<string, unknown>>
  /** Of the writing session, as it stood when its transaction committed. */
  readonly synchronousCommit: string
  readonly application: string
  /** Where the commit's record ends: what is flushed up to here is durable. Null: the log has no such commit. */
  readonly committed: number | null
}

// The trigger is deferred, so it sees the settings that the commit will be made with, whatever the transaction has set before.
// Partitions, of which each queue has one, get it from their table. Its own table is unlogged: the witness writes nothing to the log that would have a transaction flushed which else would not be.
const INSTALL = `
  create extension if not exists pg_walinspect;
  create schema witness;
  create unlogged table witness.writes (xid xid8, source text, op text, content jsonb, synchronous_commit text, application text);
  create function witness.note() returns trigger language plpgsql as $$ begin
    insert into witness.writes values (pg_current_xact_id(), tg_table_name, tg_op, to_jsonb(coalesce(new, old)),
      current_setting('synchronous_commit'), current_setting('application_name'));
    return null;
  end $$;
  do $$ declare one regclass; begin
    for one in select oid from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text in ('baton', 'baton_boss') loop
      execute format('create constraint trigger witness after insert or update or delete on %s deferrable initially deferred
        for each row execute function witness.note()', one);
    end loop;
  end $$`

const position = (lsn: string): string => `(${lsn} - '0/0')::float8`

export class CommitWitness implements AsyncDisposable {
  readonly #pool: pg.Pool
  #from = ''
  #fsyncsBefore = 0

  private constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 8, application_name: 'witness' })
    this.#pool.on('error', () => {}) // the server goes before the last connection has said goodbye
  }

  /** From now on all that is written to the migrated database is noted. */
  static async install(url: string): Promise<CommitWitness> {
    const witness = new CommitWitness(url)
    await witness.#pool.query(INSTALL)
    const { rows } = await witness.#pool.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')
    witness.#from = rows[0]?.lsn ?? ''
    witness.#fsyncsBefore = await witness.#allFsyncs()
    return witness
  }

  /** Up to where the log is on the disk at this moment. */
  async flushed(): Promise<number> {
    const { rows } = await this.#pool.query<{ at: number }>({ name: 'flushed', text: `select ${position('pg_current_wal_flush_lsn()')} as at` })
    return rows[0]?.at ?? Number.NaN
  }

  /** Takes as long as a commit of somebody else. */
  async commit(): Promise<void> {
    await this.#pool.query("select pg_logical_emit_message(true, 'witness', '')")
  }

  /** All that was written until now, with the places of the commits. */
  async writes(): Promise<readonly Write[]> {
    const client = await this.#pool.connect()
    try {
      // A commit that is flushed, and with it all before it: only what is on the disk can be read.
      await client.query("begin; set local synchronous_commit = on; select pg_logical_emit_message(true, 'witness', ''); commit")
      const { rows } = await client.query<Write>(
        `with commits as materialized (
           select xid, end_lsn from pg_get_wal_records_info($1, pg_current_wal_flush_lsn()) where resource_manager = 'Transaction' and record_type = 'COMMIT')
         select source as table, op, content as row, synchronous_commit as "synchronousCommit", application, ${position('end_lsn')} as committed
         from witness.writes w left join commits c on c.xid = w.xid::xid`,
        [this.#from],
      )
      return rows
    } finally {
      client.release()
    }
  }

  /** Of Baton: those that are open. */
  async sessions(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ name: string }>("select application_name as name from pg_stat_activity where application_name like 'baton %'")
    return rows.map(({ name }) => name)
  }

  /** How often the log was synced to the disk, of which sessions tell when they end. */
  async fsyncs(): Promise<number> {
    return (await this.#allFsyncs()) - this.#fsyncsBefore
  }

  /** Tables of Baton that would be lost in a crash, or that are written unseen. */
  async blindSpots(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(`
      select oid::regclass::text as name from pg_class c where relkind = 'r' and relnamespace::regnamespace::text in ('baton', 'baton_boss')
        and (relpersistence <> 'p' or not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'witness' and t.tgenabled = 'O'))`)
    return rows.map(({ name }) => name)
  }

  /** The server's settings, as a session has them that sets none. */
  async settings(...names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { rows } = await this.#pool.query<{ name: string; setting: string }>('select name, setting from pg_settings where name = any($1)', [names])
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }

  async #allFsyncs(): Promise<number> {
    const { rows } = await this.#pool.query<{ n: number }>("select sum(fsyncs)::float8 as n from pg_stat_io where object = 'wal'")
    return rows[0]?.n ?? Number.NaN
  }
}
