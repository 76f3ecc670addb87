// The peers' packages are installed when one of them is to be measured, and again when their lock has changed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

const HOME = join(import.meta.dirname, '..', 'peers')

/** @throws Error if npm cannot install them. */
export async function installPeers(progress: (line: string) => void): Promise<void> {
  const installed = await modified(join(HOME, 'node_modules', '.package-lock.json'))
  const locked = await modified(join(HOME, 'package-lock.json'))
  if (installed !== undefined && locked !== undefined && installed >= locked) return
  progress('installing the peers (npm ci in bench/peers)')
  // What npm says goes to stderr: stdout is for results. None of them needs an install script.
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: HOME, stdio: ['ignore', 2, 2] })
  const [code] = await once(npm, 'exit')
  if (code !== 0) throw new Error(`npm ci in ${HOME} ended with ${code}; the peers cannot be measured.`)
}

async function modified(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return undefined
  }
}
