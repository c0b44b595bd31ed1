# Breakwater as a container image: a build stage without root's rights, and a runtime of JDK 25's JRE and
# DPDK's libraries. Debian 13 has both (DPDK 24.11) in its own archive.
#
#   docker build -t breakwater .
#   docker run --rm -it breakwater demo
#
# docs/operators-guide.md says what `run` needs on top: capabilities, devices, hugepages.

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates gcc libc6-dev libdpdk-dev maven meson ninja-build openjdk-25-jdk-headless pkg-config \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home builder && install -d -o builder -g builder /src
USER builder
WORKDIR /src
COPY --chown=builder:builder . .
# The launcher builds what is not built; what it prints shows that the result starts.
RUN ./breakwater --version

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      librte-meta-all openjdk-25-jre-headless \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home breakwater \
 && mkdir -p /opt/breakwater \
 && ln -s "$(dirname "$(dirname "$(readlink -f /usr/bin/java)")")" /opt/breakwater/runtime
COPY --from=build /src/breakwater /src/LICENSE /opt/breakwater/
COPY --from=build /src/target/dist /opt/breakwater/target/dist
# A library that is missing is an error of this build, not of the first start.
RUN ! ldd /opt/breakwater/target/dist/native/libbreakwater.so | grep 'not found' \
 && /opt/breakwater/breakwater --version
# Made by the JDK of the build stage, which is of the same version: else the image starts without it.
RUN BREAKWATER_JAVA_OPTS=-XX:AOTMode=on /opt/breakwater/breakwater run --help >/dev/null \
 || echo "the AOT cache does not fit this runtime: starts are a little slower"
# Enough for demo, check, replay, bench and events; `run` on real ports wants --user 0 and capabilities.
USER breakwater
WORKDIR /home/breakwater
ENTRYPOINT ["/opt/breakwater/breakwater"]
CMD ["--help"]
