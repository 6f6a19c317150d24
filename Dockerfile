# syntax=docker/dockerfile:1
# One image for web, worker and beat. While it runs nothing in it is written to: docker-compose.yml gives it
# a read-only file system, a volume for uploaded files and memory for what is temporary.

FROM node:22-bookworm-slim AS browser
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --loglevel=error

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
# Pango, HarfBuzz and a font for PDF; LibreOffice makes PDF of fastställda office files (--build-arg OFFICE=
# leaves it out, half a gigabyte); pg_dump and pg_restore, of the server's version, for backup and restore.
ARG OFFICE="libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-common \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install --yes --no-install-recommends postgresql-client-18 \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core $OFFICE \
 && rm -rf /var/lib/apt/lists/*

FROM base AS build
COPY requirements-prod.lock /tmp/
RUN python -m venv /venv \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements-prod.lock
WORKDIR /app
COPY . .
COPY --from=browser /app/node_modules node_modules
RUN python -m scripts.vendor \
 && python scripts/fonts.py var/vendor/source-sans-3 \
 && rm -rf node_modules \
 && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 --skip-checks

FROM base
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kvalitet \
 && install --directory --mode 0700 --owner kvalitet --group kvalitet /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV STORAGE_URL=/data MPLCONFIGDIR=/tmp/matplotlib HOME=/tmp
USER kvalitet
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "kvalitet.wsgi", "--config", "deploy/gunicorn.py"]
