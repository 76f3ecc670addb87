import { Mock } from './mock.ts'

/**
 * What executions of one workflow do instead of its `run`; `I` is its input, `O` its result.
 *
 * @example env.mockWorkflow(Shipment).fails(new Error('no lorry'), { times: 1 }).returns('shipped', { delay: '2d' })
 */
export class WorkflowMock<I, O> extends Mock<[input: I], O> {}
