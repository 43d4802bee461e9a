# Minka: the application with its runtime dependencies, pinned, as a user without rights.
FROM python:3.13-slim AS build

WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /build \
 && /build/bin/pip install --no-cache-dir --quiet --constraint constraints.txt hatchling editables \
 && python -m venv --without-pip /opt/minka
COPY . .
RUN /build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /build/bin/pip --python /opt/minka/bin/python install --no-cache-dir --quiet --constraint constraints.txt /wheels/*.whl


FROM python:3.13-slim

RUN useradd --system --uid 10001 --create-home --home-dir /srv/minka minka
COPY --from=build /opt/minka /opt/minka
ENV PATH=/opt/minka/bin:$PATH \
    PYTHONUNBUFFERED=1
WORKDIR /srv/minka
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["minka", "serve", "--host", "0.0.0.0"]
