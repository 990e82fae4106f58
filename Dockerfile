FROM python:3.13-slim

# One user without rights, one folder to keep: /data holds the database and caches.
RUN useradd --create-home --uid 10001 mianjing && install -d -o mianjing /data
WORKDIR /app

# For names on cards: right-to-left scripts and emoji.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libfribidi0 fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY cogs cogs
COPY content content
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .

USER mianjing
ENV MIANJING_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
