/** Why a template, or a value for it, was refused; stable, so that code may decide on it. */
export type UriTemplateErrorCode =
  "TEMPLATE_TOO_LONG" | "TEMPLATE_TOO_MANY_EXPRESSIONS" | "TEMPLATE_SYNTAX" | "TEMPLATE_VALUE";

/** A template that RFC 6570 does not allow, one beyond the limits, or a value that cannot be expanded. */
export class UriTemplateError extends Error {
  override readonly name = "UriTemplateError";
  constructor(
    readonly code: UriTemplateErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Bounds for a template and for the URIs matched against it. */
export interface UriTemplateLimits {
  /** Longest template, in UTF-16 code units. Default 4,096. */
  maxLength?: number;
  /** Most `{…}` expressions, and most variables over all of them. Default 64. */
  maxExpressions?: number;
  /** Longest URI that is looked at, in UTF-16 code units; a longer one does not match. Default 65,536. */
  maxUriLength?: number;
}

/** The operator of an expression; the empty string is simple expansion. */
export type Operator = "" | "+" | "#" | "." | "/" | ";" | "?" | "&";

/** One variable of an expression, with its modifier. */
export interface Variable {
  readonly name: string;
  /** `{name*}` */
  readonly exploded: boolean;
  /** `{name:3}`: at most that many characters; undefined without a prefix modifier. */
  readonly prefix: number | undefined;
}

/** `{?a,b*}` */
export interface Expression {
  readonly operator: Operator;
  readonly variables: readonly Variable[];
}

/** A template's parts in order: a literal is a string. */
export type Part = string | Expression;

const VARIABLE = /^((?:\w|%[\da-f]{2})(?:\.?(?:\w|%[\da-f]{2}))*)(?:(\*)|:([1-9]\d{0,3}))?$/i;
const OUTSIDE_LITERALS = /[\u0000-\u0020"<>\\^`|}\u007f-\u009f]|%(?![\da-f]{2})|\p{Cs}/iu;

function parseLiteral(text: string, template: string): string {
  const wrong = OUTSIDE_LITERALS.exec(text)?.[0];
  if (wrong === "}") throw syntax(template, 'has a "}" without its "{"');
  if (wrong === "%") throw syntax(template, 'has a "%" that two hexadecimal digits do not follow');
  if (wrong !== undefined) throw syntax(template, `has ${JSON.stringify(wrong)} in a literal; percent-encode it`);
  try {
    decodeURIComponent(text);
  } catch {
    throw syntax(template, `has percent-encoded bytes that are not UTF-8 in ${JSON.stringify(text)}`);
  }
  return text;
}

function parseExpression(body: string, template: string): Expression {
  const shown = JSON.stringify(`{${body}}`);
  const operator = /^[+#./;?&]/.exec(body)?.[0] ?? "";
  if (/^[=,!@|]/.test(body)) throw syntax(template, `uses the reserved operator "${body[0]}" in ${shown}`);
  const variables = body
    .slice(operator.length)
    .split(",")
    .map((spec): Variable => {
      const found = VARIABLE.exec(spec);
      if (!found) {
        const expected = "a name of letters, digits, _ and inner dots, then at most one of * or :1 to :9999";
        throw syntax(template, `has the variable ${JSON.stringify(spec)} in ${shown}; expected ${expected}`);
      }
      return { name: found[1]!, exploded: found[2] === "*", prefix: found[3] ? Number(found[3]) : undefined };
    });
  return { operator: operator as Operator, variables };
}

function syntax(template: string, what: string): UriTemplateError {
  const shown = template.length > 200 ? `${template.slice(0, 200)}…` : template;
  return new UriTemplateError("TEMPLATE_SYNTAX", `URI template ${JSON.stringify(shown)} ${what}.`);
}

/**
 * Reads a template into its parts, by the grammar of RFC 6570 section 2. Literals stay as written.
 * Throws {@link UriTemplateError} for a malformed template or one beyond the limits.
 */
export function parseTemplate(template: string, limits: UriTemplateLimits): Part[] {
  const { maxLength = 4096, maxExpressions = 64 } = limits;
  if (template.length > maxLength) {
    const message = `A URI template may have ${maxLength} characters; this one has ${template.length}.`;
    throw new UriTemplateError("TEMPLATE_TOO_LONG", message);
  }
  const parts: Part[] = [];
  let variables = 0;
  for (let at = 0; at < template.length;) {
    const open = template.indexOf("{", at);
    const end = open < 0 ? template.length : open;
    if (end > at) parts.push(parseLiteral(template.slice(at, end), template));
    if (open < 0) break;
    const close = template.indexOf("}", open);
    if (close < 0) throw syntax(template, 'has a "{" without its "}"');
    const expression = parseExpression(template.slice(open + 1, close), template);
    variables += expression.variables.length;
    if (variables > maxExpressions) {
      const message = `A URI template may have ${maxExpressions} expressions and as many variables; this one has more.`;
      throw new UriTemplateError("TEMPLATE_TOO_MANY_EXPRESSIONS", message);
    }
    parts.push(expression);
    at = close + 1;
  }
  return parts;
}
