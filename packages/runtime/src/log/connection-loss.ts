import pg from 'pg'

const LOST_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '53300', // too_many_connections
  '25006', // read_only_sql_transaction: a standby; the next connection may reach the primary
])

const LOST_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout exceeded when trying to connect',
  'timeout expired',
]

/** Whether an error means that the server was not reached or the connection broke, so that trying again can help. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (LOST_CODES.has(code) || code.startsWith('08')) return true
  if (error instanceof AggregateError && error.errors.some(isConnectionLoss)) return true
  return LOST_MESSAGES.some((text) => error.message.includes(text))
}

/** Whether the server has answered and refuses: the transaction is rolled back, and nothing of it is in doubt. */
export function isRefused(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !isConnectionLoss(error)
}

/** Whether the server has chosen this transaction to give way to another; the same again will pass. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')
}

/** A row with this key is there already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
