# syntax=docker/dockerfile:1

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/o2c ./cmd/o2c \
    && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /out/

# Alpine for its certificates, and for wget, which the health checks use.
FROM alpine:3.24.1
ARG VERSION=development
LABEL org.opencontainers.image.title="o2c" \
      org.opencontainers.image.description="Order to cash: every order is one durable workflow" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# Customers live in time zones, and the base image has none.
COPY --from=build /out/zoneinfo.zip /usr/local/lib/zoneinfo.zip
ENV ZONEINFO=/usr/local/lib/zoneinfo.zip
COPY --from=build /out/o2c /usr/local/bin/o2c
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/o2c"]
CMD ["serve"]
