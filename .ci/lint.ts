/**
 * Rules of this house that Deno's own linter does not have. Read by `deno lint` (see `lint.plugins`
 * in deno.json).
 *
 * @module
 */

type Rule = Deno.lint.Rule;
type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;

/** A function declared at top level has a name in every stack trace and can be used above itself. */
const topLevelFunctions: Rule = {
  create(context): Visitor {
    return {
      VariableDeclarator(node): void {
        if (node.init?.type !== "ArrowFunctionExpression" || !isTopLevel(node.parent)) return;
        report(context, node, "Write a function declaration, not a top-level arrow function");
      },
    };
  },
};

/** `#name` is private when the program runs, too. A constructor has no such form. */
const hashPrivate: Rule = {
  create(context): Visitor {
    const hint = "Write #name instead of private name";
    return {
      PropertyDefinition(node): void {
        if (node.accessibility === "private") report(context, node, hint);
      },
      MethodDefinition(node): void {
        if (node.accessibility === "private" && node.kind !== "constructor") {
          report(context, node, hint);
        }
      },
      TSParameterProperty(node): void {
        // Deno 2.9 gives the constructor's accessibility here, so the text has to tell.
        if (/^private\b/.test(context.sourceCode.getText(node))) report(context, node, hint);
      },
    };
  },
};

const MAX_PARAMETERS = 3;

/** Two positional arguments and a signal or options are readable at the call; more are not. */
const fewParameters: Rule = {
  create(context): Visitor {
    return {
      FunctionDeclaration(node): void {
        const exported = node.parent.type === "ExportNamedDeclaration" ||
          node.parent.type === "ExportDefaultDeclaration";
        if (exported && node.params.length > MAX_PARAMETERS) {
          report(
            context,
            node,
            `An exported function takes at most ${MAX_PARAMETERS} arguments: use an options object`,
          );
        }
      },
    };
  },
};

/** Tests may make up errors as short as they like. */
const TEST = /\/tests\/|_test\.tsx?$/;

/** Error messages read like headlines: a capital first, no full stop last. */
const errorMessage: Rule = {
  create(context): Visitor {
    if (TEST.test(path(context))) return {};
    return {
      NewExpression(node): void {
        const [message] = node.arguments;
        if (message === undefined || !isErrorClass(node.callee)) return;
        const { start, end } = edges(message);
        if (/^\p{Ll}/u.test(start)) {
          report(context, message, "An error message starts with a capital");
        }
        if (/\.\s*$/u.test(end)) {
          report(context, message, "An error message ends without a full stop");
        }
      },
    };
  },
};

/** A cast tells the compiler what it could not find out. `as const` tells it nothing new. */
const noCast: Rule = {
  create(context): Visitor {
    const hint = "Narrow with a type guard or a schema instead of a cast";
    return {
      TSAsExpression(node): void {
        const { typeAnnotation } = node;
        const isConst = typeAnnotation.type === "TSTypeReference" &&
          typeAnnotation.typeName.type === "Identifier" && typeAnnotation.typeName.name === "const";
        if (!isConst) report(context, node, hint);
      },
      TSTypeAssertion(node): void {
        report(context, node, hint);
      },
    };
  },
};

const SILENCERS = /^[\s*]*(@ts-(ignore|expect-error|nocheck)|deno-(lint|fmt|coverage)-ignore)/;

/** A check that is switched off in one place is no check. */
const noSilencing: Rule = {
  create(context): Visitor {
    return {
      Program(): void {
        for (const comment of context.sourceCode.getAllComments()) {
          if (SILENCERS.test(comment.value)) {
            report(context, comment, "Mend what the check found instead of switching it off");
          }
        }
      },
    };
  },
};

/** Where the program is put together, and so may look at the real clock and the real dice. */
const COMPOSITION =
  /\/(src\/(api|cli|time)|tests|bench|\.ci)\/|\/src\/server\/deploy\.ts$|_test\.tsx?$/;

/** A time or a random number that is not handed in cannot be tested. */
const injectedClock: Rule = {
  create(context): Visitor {
    if (COMPOSITION.test(path(context))) return {};
    return {
      MemberExpression(node): void {
        const name = context.sourceCode.getText(node);
        if (name === "Date.now" || name === "performance.now") {
          report(context, node, "Take the time from a Clock that is handed in");
        } else if (name === "Math.random") {
          report(context, node, "Take random numbers from a function that is handed in");
        }
      },
      NewExpression(node): void {
        if (context.sourceCode.getText(node.callee) === "Date" && node.arguments.length === 0) {
          report(context, node, "Take the time from a Clock that is handed in");
        }
      },
    };
  },
};

function report(context: Context, at: { range: Deno.lint.Range }, message: string): void {
  context.report({ range: at.range, message });
}

function path(context: Context): string {
  return context.filename.replaceAll("\\", "/");
}

function isTopLevel(declaration: Deno.lint.Node): boolean {
  if (!("parent" in declaration)) return false;
  const parent = declaration.parent;
  return parent?.type === "Program" || parent?.type === "ExportNamedDeclaration";
}

function isErrorClass(callee: Deno.lint.Node): boolean {
  if (callee.type === "Identifier") return callee.name.endsWith("Error");
  if (callee.type !== "MemberExpression") return false;
  return callee.property.type === "Identifier" && callee.property.name.endsWith("Error");
}

/** How the text of a message starts and ends, as far as it is written down. */
function edges(message: Deno.lint.Node): { start: string; end: string } {
  if (message.type === "Literal" && typeof message.value === "string") {
    return { start: message.value, end: message.value };
  }
  if (message.type === "TemplateLiteral") {
    return { start: message.quasis.at(0)?.cooked ?? "", end: message.quasis.at(-1)?.cooked ?? "" };
  }
  if (message.type === "BinaryExpression" && message.operator === "+") {
    return { start: edges(message.left).start, end: edges(message.right).end };
  }
  return { start: "", end: "" };
}

const plugin: Deno.lint.Plugin = {
  name: "tillpipe",
  rules: {
    "top-level-functions": topLevelFunctions,
    "hash-private": hashPrivate,
    "few-parameters": fewParameters,
    "error-message": errorMessage,
    "no-cast": noCast,
    "no-silencing": noSilencing,
    "injected-clock": injectedClock,
  },
};

export default plugin;
