// A studio's components as Relay sees them: compiled by relay-compiler, never run. The test uses what is generated.

const { graphql } = require("relay-runtime");

graphql`
  fragment studioImage on ImageAsset {
    id
    url
    thumbnailUrl
    liked
    createdAt
    job {
      status
    }
    subject {
      __typename
      name
      ... on Influencer {
        generationMode
      }
    }
  }
`;

graphql`
  fragment studioGallery on Viewer
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 2 }
    after: { type: "String" }
    filter: { type: "ImageFilter" }
  )
  @refetchable(queryName: "studioGalleryPageQuery") {
    images(first: $first, after: $after, filter: $filter) @connection(key: "studioGallery_images") {
      edges {
        node {
          index
          ...studioImage
        }
      }
    }
  }
`;

graphql`
  query studioGalleryQuery {
    viewer {
      creditBalance {
        available
        reserved
      }
      ...studioGallery
    }
  }
`;

graphql`
  fragment studioInfluencer on Influencer @refetchable(queryName: "studioInfluencerAgainQuery") {
    name
    generationMode
    baseImage {
      ...studioImage
    }
  }
`;

graphql`
  query studioInfluencerQuery($id: ID!) {
    node(id: $id) {
      ...studioInfluencer @alias(as: "influencer")
    }
  }
`;

graphql`
  mutation studioLikeMutation($input: LikeImagesInput!) {
    likeImages(input: $input) {
      images {
        ...studioImage
      }
      errors {
        __typename
        message
      }
    }
  }
`;

graphql`
  subscription studioProgressSubscription($jobId: ID!, $after: String) {
    jobProgress(jobId: $jobId, after: $after) {
      __typename
      cursor
      job {
        id
        status
        percent
      }
      ... on ImageCompleted {
        index
        image {
          ...studioImage
        }
      }
    }
  }
`;
