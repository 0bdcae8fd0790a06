/** The parts of a pipeline, each with what it is and does, for a reader who knows none of them. */
import type { StackRecord } from '../../results/schema/stack.ts';

export interface Part {
  readonly title: string;
  readonly text: string;
  /** How the request comes to it from the part before; null for the first. */
  readonly crossing: string | null;
}

const HOSTS: Readonly<Record<string, string>> = {
  apache: 'The web server (the Apache HTTP Server).',
  nginx: 'The web server.',
  lighttpd: 'The web server.',
  gateway: 'The web server: the lab’s own, a small one in Node.',
};

const HOST_DOES =
  'It accepts connections, reads the HTTP request, and its configuration says who is to answer it. It knows nothing of the application.';

export function partsOf(stack: StackRecord): readonly Part[] {
  const { pipeline, backend, adapter } = stack;
  const titles = [...pipeline];
  const host = titles.shift() ?? '';
  const app = titles.pop() ?? '';
  const connector = titles.shift() ?? '';
  const parts: Part[] = [
    {
      title: 'client',
      text: 'A browser, or anything else that speaks HTTP. Here: the lab itself.',
      crossing: null,
    },
    {
      title: host,
      text: `${HOSTS[stack.host] ?? 'The web server.'} ${HOST_DOES}`,
      crossing: 'HTTP over TCP',
    },
    { title: connector, text: connectorText(stack), crossing: 'inside the server' },
  ];
  if (backend !== null) {
    parts.push({
      title: titles.shift() ?? '',
      text: backendText(stack),
      crossing: UPSTREAM_CROSSING[stack.upstream ?? 'http'],
    });
  }
  if (adapter !== null) {
    parts.push({ title: titles.shift() ?? '', text: adapterText(stack), crossing: adapterCrossing(stack) });
  }
  parts.push({ title: app, text: appText(stack), crossing: appCrossing(stack) });
  return parts;
}

const PROCESS_CROSSING = 'a new process: environment variables in, standard output back';

const UPSTREAM_CROSSING: Readonly<Record<NonNullable<StackRecord['upstream']>, string>> = {
  fastcgi: 'FastCGI records over a socket',
  scgi: 'SCGI over a socket',
  uwsgi: 'the uwsgi protocol over a socket',
  http: 'HTTP again, over a second connection',
  own: 'a private protocol over a socket',
};

function adapterCrossing({ model, upstream, backend }: StackRecord): string {
  if (model === 'cgi') return PROCESS_CROSSING;
  return backend === STARTER ? 'it becomes this: the same process' : UPSTREAM_CROSSING[upstream ?? 'own'];
}

function connectorText(stack: StackRecord): string {
  const { model, upstream, backend } = stack;
  const byHtaccess = stack.pipeline[1]?.includes('.htaccess') === true ? HTACCESS : '';
  if (model === 'static') return 'Nothing is run: the server maps the path to a file, reads it and sends it.';
  if (model === 'cgi' && backend === null) {
    const helper = stack.connector === 'apache-mod-cgid' ? CGID : '';
    return `CGI, the oldest way, and the simplest. For each request the server makes a process (fork), lets it become the program (exec), gives it the request as environment variables and on standard input, and takes what it prints as the answer.${helper}${byHtaccess}`;
  }
  if (upstream === null) {
    return 'The application is loaded into the server’s own process, once, when it starts. A request is then no more than a function call: no other process, no socket, nothing to translate on a wire.';
  }
  if (upstream === 'own') {
    return 'The module starts processes of its own beside the server, which load the application once, and passes each request to one of them.';
  }
  const starts =
    backend === null
      ? ` It also starts those processes, watches them, and ends them when they are idle.${byHtaccess}`
      : '';
  return `${SPEAKERS[upstream]}${starts}`;
}

const HTACCESS =
  ' What turns it on stands in a file called .htaccess beside the script, as on shared hosting: no access to the server’s own configuration is needed.';
const CGID =
  ' mod_cgid leaves the forking to a helper process that was split off early, since forking a server full of threads is slow.';

const SPEAKERS: Readonly<Record<'fastcgi' | 'scgi' | 'uwsgi' | 'http', string>> = {
  fastcgi:
    'Speaks FastCGI: the same variables and streams as CGI, but packed into records and sent over a socket to a process that is running already.',
  scgi: 'Speaks SCGI: the same variables as CGI in one simple block, sent over a socket to a process that is running already.',
  uwsgi:
    'Speaks the uwsgi protocol: the same variables as CGI in one compact packet, sent over a socket to a process that is running already.',
  http: 'Passes the request on as HTTP, to a second HTTP server that runs the application. It speaks the same language on both sides.',
};

/** It opens the socket, starts the program and is gone: what serves is the program. */
const STARTER = 'spawn-fcgi';

function backendText({ backend, model, upstream, language }: StackRecord): string {
  if (backend === STARTER) {
    return 'A starter, used once: it opens the socket, puts it on descriptor 0, and becomes the FastCGI program (exec). From then on requests go straight to that program.';
  }
  if (model === 'cgi') {
    return 'A go-between for servers that cannot run programs themselves: it takes FastCGI, and for each request makes a process and runs a CGI program. To the server it looks like a daemon; the cost is that of CGI.';
  }
  const spoken = upstream === 'http' ? 'an HTTP server of its own' : 'an application server';
  const call = language === 'python' ? 'as a WSGI call' : 'as a function call';
  return `${capital(spoken)}: it was started once, has the application loaded, stays, and waits at a socket. It turns what arrives there into a call to the application (${call}) and sends back what that answers.`;
}

function adapterText({ adapter, model, language }: StackRecord): string {
  if (language === 'python' && model === 'cgi') {
    return 'A script of a few lines, run by Python for each request: it makes the WSGI dictionary from the environment variables, calls the application once, and prints what it returns.';
  }
  if (language === 'python') {
    return 'A script of a few lines that runs for long: it reads records from the socket that the server left on descriptor 0, and makes a WSGI call of each request.';
  }
  return `A small program between what the server speaks and what the application is (${adapter}).`;
}

function appText({ appForm, pipeline, language, model }: StackRecord): string {
  const title = pipeline.at(-1) ?? '';
  if (appForm === 'files') return 'A file on disk. What is in it is the answer.';
  if (appForm === 'cgi-script') {
    return 'The application: a program that reads its environment and prints headers, an empty line and the answer. Any language will do.';
  }
  const loaded = model === 'cgi' ? ' It is imported anew for each request.' : ' It was imported once.';
  if (language === 'python') {
    const isBare = title.startsWith('plain');
    const frame = isBare
      ? 'The application: a Python function of two arguments, application(environ, start_response). That convention is WSGI.'
      : `The framework, with the application in it. To everything before it, it is one Python function of two arguments, application(environ, start_response): that convention is WSGI. What ${title.replace(/ \(.*/, '')} adds (routes, requests, templates) all happens inside this call.`;
    return `${frame} It does not know what came before it, and is the same under every server.${loaded}`;
  }
  return `The application: a JavaScript function of two arguments, handler(request, response). It does not know what came before it, and is the same under every server.${loaded}`;
}

function appCrossing({ appForm, model, adapter, backend }: StackRecord): string {
  if (appForm === 'files') return 'open, read';
  if (appForm === 'cgi-script') return PROCESS_CROSSING;
  const call = appForm === 'wsgi-callable' ? 'a function call: WSGI' : 'a function call';
  return model === 'embedded' || adapter !== null || backend !== null
    ? call
    : `${UPSTREAM_CROSSING.own}, then ${call}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
