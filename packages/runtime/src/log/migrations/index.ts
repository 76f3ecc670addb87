import type { Migration } from 'kysely/migration'
import * as initial from './0001-initial.ts'
import * as messages from './0002-messages.ts'
import * as attributes from './0003-attributes.ts'
import * as streams from './0004-streams.ts'
import * as payloadStore from './0005-payload-store.ts'
import * as heartbeats from './0006-heartbeats.ts'
import * as versions from './0007-versions.ts'
import * as waits from './0008-waits.ts'
import * as schedules from './0009-schedules.ts'
import * as accepts from './0010-accepts.ts'
import * as channels from './0011-channels.ts'
import * as lessLog from './0012-less-log.ts'
import * as smallerEvents from './0013-smaller-events.ts'

/** Every migration by its number, in order; a published one is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-messages': messages,
  '0003-attributes': attributes,
  '0004-streams': streams,
  '0005-payload-store': payloadStore,
  '0006-heartbeats': heartbeats,
  '0007-versions': versions,
  '0008-waits': waits,
  '0009-schedules': schedules,
  '0010-accepts': accepts,
  '0011-channels': channels,
  '0012-less-log': lessLog,
  '0013-smaller-events': smallerEvents,
}
