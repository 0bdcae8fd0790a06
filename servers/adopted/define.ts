/** `labapp.yaml`: what a user says of an application of their own. */
import { z } from 'zod';
import { NAME_PATTERN } from '../../core/words.ts';

/** The forms an adopted application can have. */
export const ADOPTED_FORMS = ['wsgi-callable', 'node-handler', 'cgi-script', 'fastcgi-script'] as const;
export type AdoptedForm = (typeof ADOPTED_FORMS)[number];

/** What is never part of an application as it is deployed, or is used where it is. */
export const LEFT_OUT = [
  '.git',
  '.hg',
  '.svn',
  '.tox',
  '.venv',
  'venv',
  'node_modules',
  '__pycache__',
  '.pytest_cache',
] as const;

const name = z
  .string()
  .regex(NAME_PATTERN, 'a name is lower-case letters, digits, ".", "_" or "-", at most 64');

const insidePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'must be a path inside the application, without ".."');

const regularExpression = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    try {
      new RegExp(text, 'gm');
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a regular expression of JavaScript' });
    }
  });

export const ownRequestSchema = z
  .strictObject({
    name: name.optional(),
    method: z.enum(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH']).default('GET'),
    path: z.string().regex(/^\/[!-~]*$/, 'a path starts with "/" and has printable ASCII only'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[ -~]*$/)).default({}),
    body: z.string().nullable().default(null),
    status: z.int().min(100).max(599).nullable().default(null),
    load: z.boolean().default(false),
  })
  .readonly();

export const labappSchema = z
  .strictObject({
    version: z.literal(1),
    name,
    title: z.string().min(1).max(80).optional(),
    form: z.enum(ADOPTED_FORMS),
    /** Relative to labapp.yaml. null: nothing is copied (an installed Python module, a program elsewhere). */
    source: z.string().min(1).nullable().default(null),
    entry: z.string().min(1),
    script: insidePath.nullable().default(null),
    inPlace: z.boolean().default(false),
    mount: z
      .string()
      .regex(/^(\/|(\/[A-Za-z0-9._~-]+)+)$/, 'must be "/" or a path such as "/shop", without a final slash')
      .default('/'),
    python: z
      .strictObject({
        interpreter: z.string().min(1).default('/usr/bin/python3'),
        path: z.array(insidePath).default(['.']),
      })
      .readonly()
      .nullable()
      .default(null),
    nodeModules: z.string().min(1).nullable().default(null),
    servesOne: z.boolean().default(true),
    env: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'is not the name of a variable'),
        // No line may be added to a configuration.
        z.string().regex(/^\P{Cc}*$/u, 'must be one line of text'),
      )
      .default({}),
    also: z.array(z.strictObject({ from: z.string().min(1), to: insidePath }).readonly()).default([]),
    leaveOut: z.array(z.string().min(1)).default([...LEFT_OUT]),
    static: z.array(z.string().regex(/^\/[!-~]*$/, 'a path starts with "/"')).default([]),
    requests: z.array(ownRequestSchema).min(1),
    masks: z.array(regularExpression).default([]),
    reference: z.string().min(1).nullable().default(null),
  })
  .readonly();

export type Labapp = z.output<typeof labappSchema>;

/** A mistake at a path of the data. */
export interface LabappMistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the schema cannot say of one key alone. */
export function crossChecks(app: Labapp): LabappMistake[] {
  const found: LabappMistake[] = [];
  const wrong = (path: readonly PropertyKey[], message: string) => found.push({ path, message });
  const { form } = app;
  if (form === 'wsgi-callable' && !/^([A-Za-z_][\w.]*:[A-Za-z_]\w*(\(\))?|.+\.(wsgi|py))$/.test(app.entry)) {
    wrong(['entry'], 'must be module:callable, module:factory(), or a .wsgi or .py file with "application"');
  }
  if (form !== 'wsgi-callable' && app.python !== null)
    wrong(['python'], `is for wsgi-callable, not for ${form}`);
  if (form !== 'node-handler' && app.nodeModules !== null)
    wrong(['nodeModules'], `is for node-handler, not for ${form}`);
  if (form !== 'fastcgi-script' && app.script !== null)
    wrong(['script'], `is for fastcgi-script, not for ${form}`);
  const isProgram = form === 'cgi-script' || form === 'fastcgi-script';
  if (isProgram && app.mount !== '/')
    wrong(['mount'], 'a CGI or FastCGI program is mounted by its server: it must be "/"');
  const needsSource = form === 'node-handler' || !(app.entry.startsWith('/') || form === 'wsgi-callable');
  if (needsSource && app.source === null)
    wrong(['source'], 'is missing: the folder or file of the application');
  if (app.script !== null && app.source === null) wrong(['source'], 'is missing: the folder of the script');
  const names = app.requests.map((request, index) => request.name ?? defaultName(request, index));
  names.forEach((each, index) => {
    if (names.indexOf(each) !== index)
      wrong(['requests', index, 'name'], `"${each}" is the name of another request`);
  });
  const prefix = app.mount === '/' ? '' : app.mount;
  app.requests.forEach(({ path }, index) => {
    if (prefix !== '' && path !== prefix && !path.startsWith(`${prefix}/`)) {
      wrong(['requests', index, 'path'], `is not below the mount point ${app.mount}`);
    }
    const fixed = app.static.find((each) => path.startsWith(each));
    if (fixed !== undefined)
      wrong(['requests', index, 'path'], `is below the static path ${fixed}, which no application answers`);
  });
  if (app.form === 'cgi-script' && app.inPlace && app.source === null)
    wrong(['inPlace'], 'there is no source to use in place');
  return found;
}

/** `GET /a/b?c=1` → `get-a-b-c-1`. */
export function defaultName(
  request: { readonly method: string; readonly path: string },
  index: number,
): string {
  const words = request.path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const prefix = request.method === 'GET' ? '' : `${request.method.toLowerCase()}-`;
  const whole = `${prefix}${words === '' ? 'root' : words}`;
  return whole.length <= 40 ? whole : `${whole.slice(0, 36).replace(/-+$/, '')}-${index + 1}`;
}
