/**
 * `node serve.mjs yoga|mercurius joined|loaded STATEMENTS.json`: the committed schema, its gallery and its `startPack`.
 * Who asks stands in the header `x-user`, as for the reference; no token is checked.
 */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import fastify from 'fastify'
import { createSchema, createYoga } from 'graphql-yoga'
import mercurius from 'mercurius'
import { openPool } from './database.mjs'
import { LOADED_FIELDS, joinedGallery, loadedGallery, loadersFor } from './gallery.mjs'
import { startPack } from './start_pack.mjs'

const SERVERS = { yoga: serveYoga, mercurius: serveMercurius }
const HOST = '127.0.0.1'
const PORT = Number(process.env.PORT)

const [server, way, statements] = process.argv.slice(2)
const sql = JSON.parse(readFileSync(statements, 'utf8'))
const typeDefs = readFileSync('schema.graphql', 'utf8')
const pool = openPool()
const resolvers = {
  Query: { viewer: () => ({}) },
  Viewer: way === 'joined' ? joinedGallery(pool, sql.gallery) : loadedGallery(pool),
  Mutation: { startPack: startPack(pool, sql.start_pack) },
  ...(way === 'loaded' && { ImageAsset: LOADED_FIELDS }),
}

function contextOf(request) {
  const userId = request.headers['x-user']
  return way === 'loaded' ? { userId, loaders: loadersFor(pool) } : { userId }
}

/** Its parser and validation caches are on by default. */
function serveYoga() {
  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers }),
    context: ({ req }) => contextOf(req),
    plugins: [useGraphQlJit()],
    graphiql: false,
    landingPage: false,
    logging: 'error',
  })
  const alive = (response) => response.setHeader('content-length', 2).end('ok')
  createServer((request, response) => (request.url === '/healthz' ? alive(response) : yoga(request, response))).listen(PORT, HOST)
}

async function serveMercurius() {
  const app = fastify()
  app.get('/healthz', async () => 'ok')
  await app.register(mercurius, { schema: typeDefs, resolvers, context: contextOf, jit: 1 })
  await app.listen({ port: PORT, host: HOST })
}

await SERVERS[server]()
