// WCP-39 Critical Section: parts of several branches of which only one may run at a time. A field says whether somebody is inside.
// `while`, not `if`: when it is left, the conditions of all who wait hold, and only the first of them finds it free.
import { condition, Run, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'orders-of-the-day' })
export class OrdersOfTheDay {
  #occupied = false
  readonly #trace: string[] = []

  @Step() async write(order: string): Promise<string> {
    return order
  }

  @Step() async ink(order: string): Promise<string> {
    return `${order} inked`
  }

  @Step() async print(order: string): Promise<string> {
    return `${order} printed`
  }

  async atThePress<T>(act: () => Promise<T>): Promise<T> {
    while (this.#occupied) await condition(() => !this.#occupied)
    this.#occupied = true
    try {
      return await act()
    } finally {
      this.#occupied = false
    }
  }

  async issue(order: string): Promise<void> {
    const written = await this.write(order)
    await this.atThePress(async () => {
      this.#trace.push(await this.ink(written))
      this.#trace.push(await this.print(written))
    })
  }

  @Run() async run(orders: readonly string[]): Promise<readonly string[]> {
    await Promise.all(orders.map((order) => this.issue(order)))
    return this.#trace
  }
}
