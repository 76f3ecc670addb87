// WCP-29 Cancelling Discriminator: what follows begins when the first branch has ended, and the others are withdrawn. The branches
// race in a scope, which is cancelled when one of them has won.
import { CancellationScope, condition, Run, Signal, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'quotes' })
export class Quotes {
  readonly #quotes = new Map<string, number>()

  @Signal() quote(carrier: string, price: number): void {
    this.#quotes.set(carrier, price)
  }

  @Step() async inquire(carrier: string): Promise<string> {
    return `inquiry to ${carrier}`
  }

  @Step() async book(carrier: string): Promise<string> {
    return `booked with ${carrier}`
  }

  async quoteOf(carrier: string): Promise<string> {
    await this.inquire(carrier)
    await condition(() => this.#quotes.has(carrier))
    return carrier
  }

  @Run() async run(carriers: readonly string[]): Promise<string> {
    const scope = new CancellationScope()
    const fastest = await Promise.race(carriers.map((carrier) => scope.run(() => this.quoteOf(carrier))))
    scope.cancel('there is a quote')
    return this.book(fastest)
  }
}
