/** nginx with its RTMP module: a real ingest server that records what it is sent. */
import type { Certificate } from "./certificate.ts";
import { freePort } from "./ports.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { until } from "./until.ts";

/** Stream key that the `auth` application accepts; every other one is refused. */
export const GOOD_KEY = "goodkey";

/** A running ingest server. Disposing of it stops it and deletes its recordings. */
export interface NginxRtmp extends AsyncDisposable {
  readonly port: number;
  /** `rtmp://127.0.0.1:PORT/live`: takes any key and records. */
  readonly liveUrl: string;
  /** `rtmp://127.0.0.1:PORT/auth`: takes `GOOD_KEY` only; records nothing. */
  readonly authUrl: string;
  readonly process: PeerProcess;
  /** `rtmps://localhost:PORT/live` if it was started with a certificate, else "". */
  readonly secureUrl: string;
  /** How many streams are being published now. */
  publishing(): Promise<number>;
  /** Breaks every connection and answers again at once, as a server does that was restarted. */
  restart(): Promise<void>;
  /** Paths of the recordings so far, oldest first. */
  recordings(): string[];
  /** What nginx wrote to its error log. */
  errorLog(): string;
  stop(): Promise<void>;
}

interface Ports {
  port: number;
  httpPort: number;
  /** 0 without TLS. */
  tlsPort: number;
}

/** nginx's RTMP module has no TLS: its stream module stands in front. */
function tlsFront({ port, tlsPort }: Ports, { certFile, keyFile }: Certificate): string {
  return `stream {
  server {
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    proxy_pass 127.0.0.1:${port};
  }
}
`;
}

function configuration(folder: string, ports: Ports, certificate: Certificate | null): string {
  const { port, httpPort } = ports;
  const front = certificate === null ? "" : tlsFront(ports, certificate);
  const stream = certificate === null
    ? ""
    : "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n";
  return `user root;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
${stream}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log notice;
events { worker_connections 128; }
rtmp {
  server {
    listen 127.0.0.1:${port};
    chunk_size 4096;
    application live {
      live on;
      record all;
      record_path ${folder}/recordings;
      record_unique on;
    }
    application auth {
      live on;
      on_publish http://127.0.0.1:${httpPort}/on_publish;
      notify_method get;
    }
  }
}
${front}http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${httpPort};
    location = /on_publish {
      if ($arg_name = ${GOOD_KEY}) { return 204; }
      return 403;
    }
    location = /stat { rtmp_stat all; }
  }
}
`;
}

async function accepts(port: number): Promise<true> {
  (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  return true;
}

/** Starts nginx on free ports of 127.0.0.1 and waits until both answer. */
export async function startNginxRtmp(
  { port = freePort(), certificate = null }: {
    port?: number;
    certificate?: Certificate | null;
  } = {},
): Promise<NginxRtmp> {
  const folder = await Deno.makeTempDir({ prefix: "nginx_rtmp_" });
  const httpPort = freePort();
  const tlsPort = certificate === null ? 0 : freePort();
  const ports = { port, httpPort, tlsPort };
  await Deno.mkdir(`${folder}/recordings`);
  await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(folder, ports, certificate));
  const launch = () =>
    startProcess("/usr/sbin/nginx", {
      args: ["-p", folder, "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`],
      env: { PATH: "/usr/sbin:/usr/bin:/bin" },
    });
  let process = launch();

  async function untilReady(): Promise<void> {
    for (const each of Object.values(ports).filter((each) => each !== 0)) {
      await until(() => accepts(each), { what: `nginx listens on port ${each}`, withinMs: 5000 });
    }
  }

  async function restart(): Promise<void> {
    await process.stop({ signal: "SIGTERM", graceMs: 3000 });
    process = launch();
    await untilReady();
  }

  async function stop(): Promise<void> {
    await process.stop({ signal: "SIGQUIT", graceMs: 3000 });
    await Deno.remove(folder, { recursive: true });
  }

  try {
    await untilReady();
  } catch (error) {
    const cause = `${process.output()}${await Deno.readTextFile(`${folder}/error.log`)}`;
    await stop();
    throw new Error(`nginx does not start: ${cause}`, { cause: error });
  }
  return {
    port,
    liveUrl: `rtmp://127.0.0.1:${port}/live`,
    authUrl: `rtmp://127.0.0.1:${port}/auth`,
    secureUrl: certificate === null ? "" : `rtmps://localhost:${tlsPort}/live`,
    publishing: async () => {
      const stat = await (await fetch(`http://127.0.0.1:${httpPort}/stat`)).text();
      return stat.split("<stream>").filter((each) => each.includes("<publishing/>")).length;
    },
    get process() {
      return process;
    },
    restart,
    recordings: () =>
      [...Deno.readDirSync(`${folder}/recordings`)].map((entry) => entry.name).sort()
        .map((name) => `${folder}/recordings/${name}`),
    errorLog: () => Deno.readTextFileSync(`${folder}/error.log`),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
