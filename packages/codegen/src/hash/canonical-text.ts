// The canonical text of a declaration: its syntax tree without trivia, types, parentheses and other spellings of the same
// thing. Every node is `(kind child …)`, so two texts are equal only if the trees are.
import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { Canonical } from './canonical.ts'
import { canonicalClass } from './canonical-class.ts'
import { canonicalFunction } from './canonical-function.ts'
import { canonicalLiteral, canonicalPropertyName } from './canonical-literal.ts'
import type { Entity, EntityTable } from './entities.ts'
import { isTypeOnly } from './type-only.ts'
import { Names } from './names.ts'

export class CanonicalText implements Canonical {
  /** Names of members that the text reaches for, on whatever object. */
  readonly accessed: Set<string>
  readonly #names: Names

  constructor(sources: Sources, table: EntityTable, entity: Entity, accessed: Set<string>) {
    this.#names = new Names(sources, table, entity)
    this.accessed = accessed
  }

  declared(name: ts.Identifier): string {
    return this.#names.declared(name)
  }

  all(nodes: readonly ts.Node[] | undefined): string {
    return (nodes ?? []).map((node) => this.text(node)).filter((text) => text !== '').join(' ')
  }

  /** A statement as a block, whether or not it was written as one. */
  block(node: ts.Statement): string {
    return ts.isBlock(node) ? this.text(node) : `(block ${this.text(node)})`
  }

  text(node: ts.Node | undefined): string {
    if (!node || isTypeOnly(node)) return ''
    if (ts.isIdentifier(node)) return this.#names.used(node)
    return canonicalLiteral(node) ?? this.#expression(node) ?? this.#binding(node) ?? this.#statement(node) ?? this.#plain(node)
  }

  #expression(node: ts.Node): string | undefined {
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node) ||
      ts.isTypeAssertionExpression(node) || ts.isExpressionWithTypeArguments(node)) {
      return this.text(node.expression)
    }
    if (ts.isPropertyAccessExpression(node)) return this.#access(node)
    if (ts.isElementAccessExpression(node)) return this.#elementAccess(node)
    if (ts.isCallExpression(node)) {
      return `(call${node.questionDotToken ? '?' : ''} ${this.text(node.expression)} ${this.all(node.arguments)})`
    }
    if (ts.isNewExpression(node)) return `(new ${this.text(node.expression)} ${this.all(node.arguments)})`
    if (ts.isPrefixUnaryExpression(node)) return `(${ts.tokenToString(node.operator)} ${this.text(node.operand)})`
    if (ts.isPostfixUnaryExpression(node)) return `(post${ts.tokenToString(node.operator)} ${this.text(node.operand)})`
    if (ts.isBinaryExpression(node)) {
      return `(${ts.tokenToString(node.operatorToken.kind)} ${this.text(node.left)} ${this.text(node.right)})`
    }
    if (ts.isMetaProperty(node)) return `(meta ${ts.tokenToString(node.keywordToken)}.${node.name.text})`
    if (ts.isConditionalExpression(node)) {
      return `(? ${this.text(node.condition)} ${this.text(node.whenTrue)} ${this.text(node.whenFalse)})`
    }
    if (ts.isClassLike(node)) return canonicalClass(this, node, true)
    return canonicalFunction(this, node)
  }

  #access(node: ts.PropertyAccessExpression): string {
    const member = this.#names.member(node)
    if (member !== undefined) return member
    this.accessed.add(node.name.text)
    return `(.${node.questionDotToken ? '?' : ''} ${this.text(node.expression)} ${JSON.stringify(node.name.text)})`
  }

  #elementAccess(node: ts.ElementAccessExpression): string {
    const { argumentExpression: key } = node
    // `this[name]` may mean any member.
    if (ts.isStringLiteralLike(key)) this.accessed.add(key.text)
    else if (node.expression.kind === ts.SyntaxKind.ThisKeyword) this.accessed.add('*')
    const dot = node.questionDotToken ? '?' : ''
    const text = ts.isStringLiteralLike(key) ? JSON.stringify(key.text) : this.text(key)
    return `(.${dot} ${this.text(node.expression)} ${text})`
  }

  #binding(node: ts.Node): string | undefined {
    if (ts.isPropertyAssignment(node)) return `(prop ${canonicalPropertyName(this, node.name)} ${this.text(node.initializer)})`
    if (ts.isShorthandPropertyAssignment(node)) {
      const fallback = node.objectAssignmentInitializer ? ` ${this.text(node.objectAssignmentInitializer)}` : ''
      return `(prop ${JSON.stringify(node.name.text)} ${this.#names.used(node.name)}${fallback})`
    }
    if (ts.isVariableDeclaration(node)) return `(var ${this.#bound(node.name)} ${this.text(node.initializer)})`
    if (ts.isBindingElement(node)) {
      const key = takenProperty(node)
      const taken = key ? canonicalPropertyName(this, key) : ''
      if (key && ts.isIdentifier(key)) this.accessed.add(key.text)
      return `(bind${node.dotDotDotToken ? '...' : ''} ${taken} ${this.#bound(node.name)} ${this.text(node.initializer)})`
    }
    if (ts.isParameter(node)) {
      const own = ts.isParameterPropertyDeclaration(node, node.parent) ? `field ${node.name.getText()} ` : ''
      const rest = node.dotDotDotToken ? '...' : ''
      return `(param${rest} ${own}${this.all(ts.getDecorators(node))} ${this.#bound(node.name)} ${this.text(node.initializer)})`
    }
    return undefined
  }

  #bound(name: ts.BindingName): string {
    if (!ts.isIdentifier(name)) return this.#plain(name)
    return this.declared(name)
  }

  #statement(node: ts.Node): string | undefined {
    if (ts.isExpressionStatement(node)) return this.text(node.expression)
    if (ts.isEmptyStatement(node)) return ''
    if (ts.isVariableStatement(node)) return this.text(node.declarationList)
    if (ts.isVariableDeclarationList(node)) return `(${declarationWord(node)} ${this.all(node.declarations)})`
    if (ts.isBlock(node)) return `(block ${this.all(node.statements)})`
    if (ts.isIfStatement(node)) {
      const other = node.elseStatement ? ` ${this.block(node.elseStatement)}` : ''
      return `(if ${this.text(node.expression)} ${this.block(node.thenStatement)}${other})`
    }
    if (ts.isIterationStatement(node, false)) return this.#loop(node)
    if (ts.isLabeledStatement(node)) return `(label ${node.label.text} ${this.text(node.statement)})`
    if (ts.isBreakStatement(node)) return `(break ${node.label?.text ?? ''})`
    if (ts.isContinueStatement(node)) return `(continue ${node.label?.text ?? ''})`
    if (ts.isDecorator(node)) return `(@ ${this.text(node.expression)})`
    if (ts.isEnumDeclaration(node)) return `(enum ${this.all(node.members)})`
    if (ts.isEnumMember(node)) return `(prop ${canonicalPropertyName(this, node.name)} ${this.text(node.initializer)})`
    if (ts.isExportAssignment(node)) return this.text(node.expression)
    return undefined
  }

  #loop(node: ts.IterationStatement): string {
    const body = this.block(node.statement)
    if (ts.isWhileStatement(node)) return `(while ${this.text(node.expression)} ${body})`
    if (ts.isDoStatement(node)) return `(do ${body} ${this.text(node.expression)})`
    if (ts.isForOfStatement(node)) {
      return `(for-of${node.awaitModifier ? '-await' : ''} ${this.text(node.initializer)} ${this.text(node.expression)} ${body})`
    }
    if (ts.isForInStatement(node)) return `(for-in ${this.text(node.initializer)} ${this.text(node.expression)} ${body})`
    if (!ts.isForStatement(node)) return this.#plain(node)
    return `(for (${this.text(node.initializer)}) (${this.text(node.condition)}) (${this.text(node.incrementor)}) ${body})`
  }

  /** Everything else: its kind and its children. */
  #plain(node: ts.Node): string {
    const children: string[] = []
    ts.forEachChild(node, (child) => void children.push(this.text(child)))
    return `(${ts.SyntaxKind[node.kind]} ${children.filter((text) => text !== '').join(' ')})`
  }
}

/** The property that a pattern takes a name from, written out or not. */
function takenProperty(node: ts.BindingElement): ts.PropertyName | undefined {
  if (node.propertyName) return node.propertyName
  const isShort = ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken
  return isShort && ts.isIdentifier(node.name) ? node.name : undefined
}

/** `let` and `const` differ for the compiler only; `using` differs for the program. */
function declarationWord(node: ts.VariableDeclarationList): string {
  const flags = node.flags & ts.NodeFlags.BlockScoped
  if (flags === ts.NodeFlags.Using) return 'using'
  if (flags === ts.NodeFlags.AwaitUsing) return 'await-using'
  return flags === 0 ? 'var' : 'let'
}
