// Reads options without running them. Anything beyond literals, constants and arithmetic on them is `unknown`, with the node
// at which it stopped, so that the author learns which part of an option is in the way.
import { ts } from 'ts-morph'
import { SDK, type Sources } from '../project/sources.ts'
import { resolveName, type Reference } from './resolve-reference.ts'
import { namedClass } from './named-class.ts'
import type { StaticRecord, StaticValue } from './static-value.ts'

/** The value of an expression. */
export function evaluate(sources: Sources, expression: ts.Expression): StaticValue {
  return new Evaluator(sources).value(expression)
}

class Evaluator {
  readonly #sources: Sources
  /** Constants on the way, so that one defined by itself ends. */
  readonly #open = new Set<ts.Node>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  value(node: ts.Expression): StaticValue {
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) {
      return this.value(node.expression)
    }
    if (ts.isStringLiteralLike(node)) return scalar(node.text, node)
    if (ts.isNumericLiteral(node)) return scalar(Number(node.text), node)
    if (ts.isBigIntLiteral(node)) return scalar(BigInt(node.text.replace(/n$/, '')), node)
    if (node.kind === ts.SyntaxKind.TrueKeyword) return scalar(true, node)
    if (node.kind === ts.SyntaxKind.FalseKeyword) return scalar(false, node)
    if (node.kind === ts.SyntaxKind.NullKeyword) return scalar(null, node)
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return { kind: 'function', node }
    if (ts.isArrayLiteralExpression(node)) return this.#list(node)
    if (ts.isObjectLiteralExpression(node)) return this.#record(node)
    if (ts.isPrefixUnaryExpression(node)) return this.#negated(node)
    if (ts.isBinaryExpression(node)) return this.#arithmetic(node)
    if (ts.isTemplateExpression(node)) return this.#template(node)
    if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) return this.#named(node)
    if (ts.isCallExpression(node)) return this.#call(node)
    return unknown(node, 'it is not a constant expression')
  }

  #list(node: ts.ArrayLiteralExpression): StaticValue {
    const items: StaticValue[] = []
    for (const element of node.elements) {
      if (!ts.isSpreadElement(element)) items.push(this.value(element))
      else {
        const spread = this.value(element.expression)
        if (spread.kind === 'list') items.push(...spread.items)
        else items.push(unknown(element, 'what is spread is not a constant array'))
      }
    }
    return { kind: 'list', items, node }
  }

  #record(node: ts.ObjectLiteralExpression): StaticValue {
    const entries = new Map<string, StaticValue>()
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.value(property.expression)
        if (spread.kind !== 'record') return unknown(property, 'what is spread is not a constant object')
        for (const [key, entry] of spread.entries) entries.set(key, entry)
        continue
      }
      const key = this.#key(property.name)
      if (key === undefined) return unknown(property.name, 'its key is computed')
      entries.set(key, this.#property(property))
    }
    return { kind: 'record', entries, node }
  }

  #property(property: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>): StaticValue {
    if (ts.isPropertyAssignment(property)) return this.value(property.initializer)
    if (ts.isShorthandPropertyAssignment(property)) return this.#named(property.name)
    if (ts.isMethodDeclaration(property)) return { kind: 'function', node: property }
    return unknown(property, 'an accessor is not run at build time')
  }

  #key(name: ts.PropertyName): string | undefined {
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text
    if (!ts.isComputedPropertyName(name)) return undefined
    const key = this.value(name.expression)
    return key.kind === 'scalar' ? String(key.value) : undefined
  }

  #call(node: ts.CallExpression): StaticValue {
    const callee = resolveName(this.#sources, node.expression)
    if (callee?.kind !== 'external' || callee.module !== SDK || callee.name !== 'cron') return unknown(node, 'a call is not run at build time')
    const args = node.arguments.map((argument) => this.value(argument)).map((argument) => (argument.kind === 'record'
      ? { ...argument, entries: new Map([...argument.entries].filter(([key]) => key !== 'input')) }
      : argument))
    return { kind: 'cron', args, node }
  }

  #negated(node: ts.PrefixUnaryExpression): StaticValue {
    const operand = this.value(node.operand)
    if (operand.kind !== 'scalar') return operand
    if (node.operator === ts.SyntaxKind.ExclamationToken) return scalar(!operand.value, node)
    if (node.operator === ts.SyntaxKind.MinusToken && typeof operand.value === 'number') return scalar(-operand.value, node)
    return unknown(node, 'it is not a constant expression')
  }

  #arithmetic(node: ts.BinaryExpression): StaticValue {
    const left = this.value(node.left)
    const right = this.value(node.right)
    if (left.kind === 'unknown') return left
    if (right.kind === 'unknown') return right
    const result = left.kind === 'scalar' && right.kind === 'scalar' ? compute(node.operatorToken.kind, left.value, right.value) : undefined
    return result === undefined ? unknown(node, 'it is not a constant expression') : scalar(result, node)
  }

  #template(node: ts.TemplateExpression): StaticValue {
    let text = node.head.text
    for (const span of node.templateSpans) {
      const part = this.value(span.expression)
      if (part.kind !== 'scalar') return part.kind === 'unknown' ? part : unknown(span.expression, 'it is no text')
      text += String(part.value) + span.literal.text
    }
    return scalar(text, node)
  }

  #named(node: ts.Identifier | ts.PropertyAccessExpression): StaticValue {
    const reference = resolveName(this.#sources, node)
    if (reference) return this.#referred(node, reference)
    if (!ts.isPropertyAccessExpression(node)) return unknown(node, 'its value is not known at build time')
    const member = this.#sources.checker.getSymbolAtLocation(node.name)?.valueDeclaration
    const constant = member && ts.isEnumMember(member) ? this.#sources.checker.getConstantValue(member) : undefined
    if (constant !== undefined) return scalar(constant, node)
    const base = this.value(node.expression)
    const entry = base.kind === 'record' ? base.entries.get(node.name.text) : undefined
    return entry ?? (base.kind === 'unknown' ? base : unknown(node, 'its value is not known at build time'))
  }

  #referred(node: ts.Expression, reference: Reference): StaticValue {
    if (reference.kind === 'global' && reference.name === 'undefined') return scalar(undefined, node)
    const named = namedClass(this.#sources, node, reference)
    if (named !== undefined) return { kind: 'class', name: named, node }
    if (reference.kind === 'external') return unknown(node, `'${reference.name}' comes from '${reference.module}', which is not read`)
    if (reference.kind !== 'project') return unknown(node, 'its value is not known at build time')
    const { declaration } = reference
    if (ts.isFunctionDeclaration(declaration)) return { kind: 'function', node: declaration }
    if (!ts.isVariableDeclaration(declaration) || !isConst(declaration)) return unknown(node, `'${node.getText()}' is not a const`)
    if (!declaration.initializer || this.#open.has(declaration)) return unknown(node, 'it has no constant value')
    this.#open.add(declaration)
    const value = this.value(declaration.initializer)
    this.#open.delete(declaration)
    // A constant that cannot be read is reported where the option names it, not in some other file.
    return value.kind === 'unknown' ? unknown(node, value.why) : value
  }
}

export function emptyRecord(node: ts.Node): StaticRecord {
  return { kind: 'record', entries: new Map(), node }
}

function scalar(value: Extract<StaticValue, { kind: 'scalar' }>['value'], node: ts.Node): StaticValue {
  return { kind: 'scalar', value, node }
}

function unknown(node: ts.Node, why: string): StaticValue {
  return { kind: 'unknown', why, node }
}

function isConst(declaration: ts.VariableDeclaration): boolean {
  return ts.isVariableDeclarationList(declaration.parent) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0
}

function compute(operator: ts.SyntaxKind, left: unknown, right: unknown): string | number | undefined {
  if (operator === ts.SyntaxKind.PlusToken && (typeof left === 'string' || typeof right === 'string')) return String(left) + String(right)
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  if (operator === ts.SyntaxKind.PlusToken) return left + right
  if (operator === ts.SyntaxKind.MinusToken) return left - right
  if (operator === ts.SyntaxKind.AsteriskToken) return left * right
  if (operator === ts.SyntaxKind.AsteriskAsteriskToken) return left ** right
  return operator === ts.SyntaxKind.SlashToken ? left / right : undefined
}
